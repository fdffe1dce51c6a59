"""The form that a creator draws for an agent's answer, and the model that enforces it.

    {"fields": [{"name": "mood", "type": "enum", "choices": ["calm", "tense"]},
                {"name": "scenes", "type": "list", "items": {"type": "object", "fields": [...]}}]}

A value of it is a `Record`: an artifact whose fields are the drawn ones. Equal forms make one
class, so what a step gives and what another takes fit if their forms agree; words that describe
them do not count. Patterns run on a regex engine without backtracking.
"""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from typing import Annotated, Any, ClassVar, Literal, Self, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    Strict,
    ValidationError,
    create_model,
    field_validator,
    model_validator,
)
from pydantic_core import SchemaError, SchemaValidator, core_schema

from vid_pipeline.artifacts import Artifact, Id

FieldType = Literal["text", "number", "integer", "boolean", "enum", "list", "object"]
DEEPEST, MOST_FIELDS = 6, 200
LONGEST_TEXT, LONGEST_LIST = 20_000, 500
_ID_PATTERN = r"^[a-z][a-z0-9_]{0,62}$"
_OF_TYPE: dict[str, frozenset[str]] = {
    "text": frozenset({"min_length", "max_length", "pattern"}),
    "number": frozenset({"minimum", "maximum"}),
    "integer": frozenset({"minimum", "maximum"}),
    "boolean": frozenset(),
    "enum": frozenset({"choices"}),
    "list": frozenset({"items", "min_items", "max_items"}),
    "object": frozenset({"fields"}),
}
_CONSTRAINTS = frozenset[str]().union(*_OF_TYPE.values())
_NEEDED = {"enum": "choices", "list": "items", "object": "fields"}


class Record(Artifact):
    """A value of a drawn form; each form is a subclass, made by `record_of`."""

    model_config = ConfigDict(protected_namespaces=())
    drawn_schema: ClassVar["DrawnSchema | None"] = None


class DrawnType(BaseModel):
    """What a value may be. Constraints are those of its type alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: FieldType
    description: str = Field(default="", max_length=1000, description="What the model is told.")
    min_length: int | None = Field(default=None, ge=0, le=LONGEST_TEXT, description="Characters.")
    max_length: int | None = Field(default=None, ge=0, le=LONGEST_TEXT, description="Characters.")
    pattern: str | None = Field(
        default=None, max_length=200, description="Regular expression, found anywhere unless ^…$."
    )
    minimum: int | FiniteFloat | None = None
    maximum: int | FiniteFloat | None = None
    choices: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = Field(
        default=(), max_length=200, description="Of an enum."
    )
    items: "DrawnType | None" = Field(default=None, description="What a list holds.")
    min_items: int | None = Field(default=None, ge=0, le=LONGEST_LIST)
    max_items: int | None = Field(default=None, ge=0, le=LONGEST_LIST)
    fields: tuple["DrawnField", ...] = Field(default=(), description="Of an object.")

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            try:
                SchemaValidator(core_schema.str_schema(pattern=pattern))
            except SchemaError as error:
                raise ValueError(
                    "the pattern cannot be used (no look-around, no back-references, not too "
                    f"large): {str(error).splitlines()[-1].strip()}"
                ) from None
        return pattern

    @model_validator(mode="after")
    def _constraints_fit(self) -> Self:
        used = {name for name in _CONSTRAINTS if getattr(self, name) not in (None, ())}
        if strange := sorted(used - _OF_TYPE[self.type]):
            raise ValueError(f"a {self.type} has no {strange[0]!r}")
        needed = _NEEDED.get(self.type)
        if needed is not None and needed not in used:
            raise ValueError(f"a {self.type} needs {needed!r}")
        if len(set(self.choices)) < len(self.choices):
            raise ValueError("a choice is there twice")
        for low, high in _RANGES:
            least, most = getattr(self, low), getattr(self, high)
            if least is not None and most is not None and least > most:
                raise ValueError(f"{low!r} is more than {high!r}")
        _refuse_doubles(self.fields)
        return self


class DrawnField(DrawnType):
    """A named value of an object; one that is not required may be left out."""

    name: Id
    required: bool = True

    @field_validator("name")
    @classmethod
    def _free(cls, name: str) -> str:
        if hasattr(Record, name):
            raise ValueError(f"{name!r} is a reserved name: call it {name + '_'!r}, or otherwise")
        return name


class DrawnSchema(BaseModel):
    """The whole form: an object's fields, in the order they are asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(default="", max_length=120)
    description: str = Field(default="", max_length=1000)
    fields: tuple[DrawnField, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        _refuse_doubles(self.fields)
        count = 0
        for depth, _ in _walk(self.fields, 1):
            count += 1
            if depth > DEEPEST:
                raise ValueError(f"it is nested more than {DEEPEST} deep")
        if count > MOST_FIELDS:
            raise ValueError(f"it has {count} fields, more than {MOST_FIELDS}")
        return self

    @property
    def bare(self) -> "DrawnSchema":
        """The same form without the words that describe it: what must agree for two to fit."""
        return DrawnSchema(fields=tuple(_bare(one) for one in self.fields))


_RANGES = (("min_length", "max_length"), ("minimum", "maximum"), ("min_items", "max_items"))


def _refuse_doubles(fields: tuple[DrawnField, ...]) -> None:
    names = [one.name for one in fields]
    if doubled := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"two fields are called {doubled!r}")


def _walk(types: tuple[DrawnType, ...], depth: int) -> Iterator[tuple[int, DrawnType]]:
    for one in types:
        yield depth, one
        inner = one.fields if one.items is None else (one.items,)
        yield from _walk(inner, depth + 1)


def _bare(one: Any) -> Any:
    return one.model_copy(
        update={
            "description": "",
            "items": None if one.items is None else _bare(one.items),
            "fields": tuple(_bare(inner) for inner in one.fields),
        }
    )


@cache
def record_of(schema: DrawnSchema) -> type[Record]:
    """The class of the form's values: frozen, closed, every constraint of it enforced."""
    bare = schema.bare
    digest = sha256(schema.model_dump_json().encode()).hexdigest()[:12]
    record = _model(
        f"Record_{digest}",
        base=Record if schema == bare else record_of(bare),
        said=schema.description or schema.title,
        fields=schema.fields,
    )
    record.drawn_schema = schema
    return record


def _model(
    name: str, *, base: type[Record], said: str, fields: tuple[DrawnField, ...]
) -> type[Record]:
    members = {one.name: _member(one, f"{name}_{one.name}") for one in fields}
    made: Any = create_model(name, __base__=base, __doc__=said or "A record.", **members)
    return cast(type[Record], made)


def _member(one: DrawnField, name: str) -> Any:
    annotation = _annotation(one, name)
    if not one.required:
        return annotation | None, Field(default=None, description=one.description or None)
    return annotation, Field(description=one.description or None)


def _annotation(one: DrawnType, name: str) -> Any:
    match one.type:
        case "object":
            return _model(name, base=Record, said=one.description, fields=one.fields)
        case "list":
            assert one.items is not None, "a list needs items"
            item: Any = _annotation(one.items, f"{name}_item")
            most = LONGEST_LIST if one.max_items is None else one.max_items
            limits = Field(min_length=one.min_items, max_length=most)
            return Annotated[tuple[item, ...], limits, AfterValidator(_ids_differ)]
        case "enum":
            return Literal[one.choices]
        case "text":
            return _text(one)
        case "boolean":
            return Annotated[bool, Strict()]
        case "integer":
            return Annotated[int, Strict(), Field(ge=one.minimum, le=one.maximum)]
        case "number":
            limits = Field(ge=one.minimum, le=one.maximum, allow_inf_nan=False)
            return Annotated[float, Strict(), limits]


def _text(one: DrawnType) -> Any:
    is_id = isinstance(one, DrawnField) and one.name == "id"  # Dagster's keys of mapped steps
    pattern = _ID_PATTERN if is_id and one.pattern is None else one.pattern
    most = LONGEST_TEXT if one.max_length is None else one.max_length
    limits = Field(min_length=one.min_length, max_length=most, pattern=pattern)
    return Annotated[str, Strict(), limits]


def _ids_differ(items: tuple[Any, ...]) -> tuple[Any, ...]:
    """Steps run over a list by its items' ids, so these must tell them apart."""
    ids = [getattr(item, "id", None) for item in items if isinstance(item, Record)]
    known = [one for one in ids if one is not None]
    if doubled := next((one for one in known if known.count(one) > 1), None):
        raise ValueError(f"two items have the id {doubled!r}")
    return items


def faults(error: ValidationError) -> str:
    """What is wrong with a value, each fault with its place: `scenes[2].mood: Input should …`."""
    return "; ".join(f"{place_of(one['loc'])}: {one['msg']}" for one in error.errors())


def place_of(loc: tuple[int | str, ...]) -> str:
    """A place in a value as people read it."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return "".join(parts).lstrip(".") or "the whole"


def spelled(record: type[Record]) -> str:
    """A record's type as people read it, by its fields."""
    return f"Record({', '.join(record.model_fields)})"
