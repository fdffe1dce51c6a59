"""Tool `calculate`: arithmetic that runs no code and cannot be made to fill the memory."""

import ast
import math
import operator
from collections.abc import Callable
from typing import Any

from pydantic import Field

from vid_pipeline.errors import BadRequest
from vid_pipeline.tools import Tool, ToolInput, ToolOutput

Number = int | float
_MOST_BITS = 4096
_MOST_FACTORIAL = 400
_TWO: dict[type[ast.operator], Callable[[Any, Any], Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_ONE: dict[type[ast.unaryop], Callable[[Any], Number]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
_NAMES: dict[str, Number] = {"pi": math.pi, "e": math.e}
_FUNCTIONS: dict[str, Callable[..., Number]] = {
    "abs": abs,
    "ceil": math.ceil,
    "exp": math.exp,
    "factorial": math.factorial,
    "floor": math.floor,
    "log": math.log,
    "log10": math.log10,
    "max": max,
    "min": min,
    "round": round,
    "sqrt": math.sqrt,
}


class Sum(ToolInput):
    expression: str = Field(
        min_length=1,
        max_length=300,
        description="Numbers, + - * / // % **, brackets, pi, e, and the functions "
        f"{', '.join(_FUNCTIONS)}.",
    )


class Total(ToolOutput):
    result: str = Field(max_length=1300, description="Whole numbers exactly, others as floats.")


def calculate(ask: Sum) -> Total:
    """Work out an arithmetic expression exactly, instead of guessing.

    Raises:
        BadRequest: it is no arithmetic, has no result, or its numbers grow too large.
    """
    try:
        value = _value(ast.parse(ask.expression.strip(), mode="eval").body)
    except (SyntaxError, MemoryError, RecursionError, ValueError, TypeError) as error:
        raise _refused(ask.expression, str(error) or "It is no arithmetic.") from None
    except ArithmeticError as error:
        raise _refused(ask.expression, f"It has no result: {error}.") from None
    return Total(result=str(value))


CALCULATE = Tool.of(calculate, most_calls=50)


def _refused(expression: str, why: str) -> BadRequest:
    return BadRequest("Expression", expression, why)


def _value(node: ast.expr) -> Number:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return _bounded(value)
        case ast.Name(id=name) if name in _NAMES:
            return _NAMES[name]
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _ONE:
            return _ONE[type(op)](_value(operand))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _TWO:
            return _joined(type(op), _value(left), _value(right))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
            return _called(name, [_value(one) for one in args])
    raise ValueError(f"{ast.unparse(node)[:40]!r} is no arithmetic")


def _joined(op: type[ast.operator], left: Number, right: Number) -> Number:
    whole = isinstance(left, int) and isinstance(right, int) and right > 0
    if op is ast.Pow and whole and (int(left).bit_length() - 1) * right > _MOST_BITS:
        raise ValueError("the numbers grow too large")
    return _bounded(_TWO[op](left, right))


def _called(name: str, values: list[Number]) -> Number:
    if name == "factorial" and values and values[0] > _MOST_FACTORIAL:
        raise ValueError(f"factorials go up to {_MOST_FACTORIAL}")
    if name == "round" and len(values) > 1 and abs(values[1]) > 100:
        raise ValueError("round to at most 100 digits")
    return _bounded(_FUNCTIONS[name](*values))


def _bounded(value: Any) -> Number:
    if isinstance(value, complex):
        raise ValueError("the result is no real number")
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        raise ValueError("the numbers grow too large")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("the result is no finite number")
    return int(value) if isinstance(value, int) else float(value)
