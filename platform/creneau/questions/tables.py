"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import UUID, Array, Boolean, Integer, Text, Timestamptz
from piccolo.table import Table


class MotiveQuestion(Table, tablename="motive_question"):
    """What a motive asks of whoever books (C-05)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    motive_id = UUID(null=False, default=None)
    label = Text(null=False)
    hint = Text(null=False)
    kind = Text(null=False)
    options = Array(base_column=Text(), null=False)
    required = Boolean(null=False)
    position = Integer(null=False)
    created_at = Timestamptz(null=False)
    archived_at = Timestamptz(null=True, default=None)


class BookingAnswer(Table, tablename="booking_answer"):
    """What was answered, with the question as it was asked."""

    tenant_id = UUID(null=False, default=None)
    booking_id = UUID(null=False, default=None)
    question_id = UUID(null=False, default=None)
    label = Text(null=False)
    kind = Text(null=False)
    answer = Text(null=False)
    position = Integer(null=False)
