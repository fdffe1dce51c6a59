"""Long-term memory: memories, what is searched instead of them, and the uses of each."""

from alembic import op

revision = "0006"
down_revision = "0005"

_MEMORIES = """
-- What a channel has learned. Of a slot one memory holds; the older ones point to their successor.
create table vidp.memories (
    id uuid primary key default uuidv7(),
    owner_id uuid not null references vidp.users (id),
    channel text not null default 'main' check (channel ~ '^[a-z][a-z0-9_-]{0,62}$'),
    kind text not null check (kind in ('fact', 'style', 'pronunciation', 'banned', 'script',
        'title', 'visual', 'correction', 'document')),
    slot text check (length(slot) between 1 and 200),
    heading text not null default '' check (length(heading) <= 500),
    body text not null check (length(body) between 1 and 20000),
    body_sha bytea not null check (length(body_sha) = 32),
    embedding public.halfvec(384) not null,
    ts tsvector not null generated always as
        (setweight(to_tsvector('pg_catalog.english', heading), 'A')
            || to_tsvector('pg_catalog.english', body)) stored,
    pinned boolean not null default false,
    importance real not null default 0.5 check (importance between 0 and 1),
    source jsonb not null default '{}' check (pg_column_size(source) <= 8000),
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz,
    superseded_by uuid,
    unique (owner_id, id),
    check (superseded_by is null or slot is not null),
    foreign key (owner_id, superseded_by) references vidp.memories (owner_id, id)
        on delete cascade deferrable initially deferred
);
create unique index memories_once on vidp.memories (owner_id, channel, kind, body_sha)
    where superseded_by is null;
create unique index memories_slot on vidp.memories (owner_id, channel, kind, slot)
    where superseded_by is null and slot is not null;
create index memories_superseded on vidp.memories (owner_id, superseded_by)
    where superseded_by is not null;
create index memories_newest on vidp.memories (owner_id, channel, kind, created_at desc);
create index memories_pinned on vidp.memories (owner_id, channel) where pinned;
create index memories_expiring on vidp.memories (owner_id, expires_at)
    where expires_at is not null;

-- Counts the changes of a channel's memories: what was recalled before may be out of date.
create table vidp.brains (
    owner_id uuid not null references vidp.users (id),
    channel text not null,
    revision bigint not null default 1,
    primary key (owner_id, channel)
);

create table vidp.memory_uses (
    id uuid primary key default uuidv7(),
    owner_id uuid not null,
    memory_id uuid not null,
    production_id uuid not null,
    step_key text not null,
    run_id text not null,
    used_at timestamptz not null default clock_timestamp(),
    unique (owner_id, production_id, run_id, step_key, memory_id),
    foreign key (owner_id, memory_id) references vidp.memories (owner_id, id) on delete cascade,
    foreign key (owner_id, production_id) references vidp.productions (owner_id, id)
);
create index memory_uses_of on vidp.memory_uses (owner_id, memory_id, used_at desc);
"""

_SEARCHED = """
-- Three bits a component: two vectors' Hamming distance follows their angle closely enough that
-- the nearest 600 by it hold the nearest 10. 0.035 is about 0.7 of a component's deviation.
create function vidp.memory_code(e public.halfvec) returns bit(1152)
language plpgsql immutable strict parallel safe set search_path = 'public' as $$
declare
    t constant halfvec := array_fill(0.035::real, array[384])::halfvec;
begin
    return (binary_quantize(e - t) || binary_quantize(e) || binary_quantize(e + t))::bit(1152);
end $$;

-- Narrow, so that all of a brain is read within milliseconds, from the index alone.
create table vidp.memory_codes (
    owner_id uuid not null,
    memory_id uuid not null,
    channel text not null,
    kind text not null,
    code bit(1152) not null,
    primary key (owner_id, memory_id),
    foreign key (owner_id, memory_id) references vidp.memories (owner_id, id) on delete cascade
) with (autovacuum_vacuum_insert_scale_factor = 0.02);
create index memory_codes_of on vidp.memory_codes (owner_id, channel)
    include (kind, code, memory_id);

-- A row for each word of each memory. Row security lets no text search use its index, because
-- `@@` is not leakproof; equality is. No foreign key: a check for each word costs more than all.
create table vidp.memory_words (
    owner_id uuid not null,
    channel text not null,
    word text collate "C" not null,
    memory_id uuid not null,
    kind text not null,
    primary key (owner_id, channel, word, memory_id) include (kind)
) with (autovacuum_vacuum_insert_scale_factor = 0.02);

create function vidp.derive_memory() returns trigger
language plpgsql set search_path = '' as $$
begin
    if tg_op <> 'INSERT' then
        delete from vidp.memory_codes where owner_id = old.owner_id and memory_id = old.id;
        delete from vidp.memory_words where owner_id = old.owner_id and channel = old.channel
            and memory_id = old.id
            and word = any (array(select w.lexeme collate "C" from unnest(old.ts) w));
    end if;
    if tg_op <> 'DELETE' and new.superseded_by is null then
        insert into vidp.memory_codes (owner_id, memory_id, channel, kind, code)
            values (new.owner_id, new.id, new.channel, new.kind, vidp.memory_code(new.embedding));
        insert into vidp.memory_words (owner_id, channel, word, memory_id, kind)
            select new.owner_id, new.channel, w.lexeme, new.id, new.kind
            from unnest(new.ts) w where length(w.lexeme) <= 60;
    end if;
    return null;
end $$;
create trigger derive after insert or delete or update of heading, body, embedding, superseded_by
    on vidp.memories for each row execute function vidp.derive_memory();
"""

_OWNED = """
alter table vidp.{table} enable row level security, force row level security;
create policy own on vidp.{table} to vidp_app
    using (owner_id = (select vidp.uid())) with check (owner_id = (select vidp.uid()));
"""

_GRANTS = """
grant select, insert, delete on vidp.memories, vidp.memory_codes, vidp.memory_words to vidp_app;
grant update (heading, body, body_sha, embedding, pinned, importance, source, expires_at,
    superseded_by) on vidp.memories to vidp_app;
grant select, insert on vidp.memory_uses, vidp.brains to vidp_app;
grant update (revision) on vidp.brains to vidp_app;
"""

_TABLES = ("memories", "brains", "memory_uses", "memory_codes", "memory_words")


def upgrade() -> None:
    """Add the tables, closed to all but their owner."""
    owned = "".join(_OWNED.format(table=table) for table in _TABLES)
    op.get_bind().exec_driver_sql(
        _MEMORIES + _SEARCHED + owned + _GRANTS, execution_options={"no_parameters": True}
    )
