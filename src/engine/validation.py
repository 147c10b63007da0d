"""What is wrong with a document, as the specification has it: its rules are graphql-core's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import GraphQLError, OverlappingFieldsCanBeMergedRule, specified_rules, validate

from engine.errors import MAX_ERRORS
from engine.limits import LimitExceeded

if TYPE_CHECKING:
    from graphql import DocumentNode, GraphQLSchema
    from graphql.validation import ValidationContext

COMPARISONS = 10_000
"""The steps of comparing fields of the same name with each other, which grow with the square of their number."""

ENDED = "Validation aborted."
"""How graphql-core says that it took more; documents nested too deeply, of which it says the same, come not so far."""


class BoundedOverlap(OverlappingFieldsCanBeMergedRule):
    """Fields of the same name must be mergeable; it ends the validation when it compares too much."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = COMPARISONS


RULES = [BoundedOverlap if rule is OverlappingFieldsCanBeMergedRule else rule for rule in specified_rules]


def problems(schema: GraphQLSchema, document: DocumentNode) -> list[GraphQLError]:
    """Why the document is not valid, in a few errors; LimitExceeded where it takes too long to tell."""
    errors = validate(schema, document, RULES, max_errors=MAX_ERRORS, hide_suggestions=True)
    if errors and errors[-1].message == ENDED:
        raise LimitExceeded(
            f"The document's fields of one name take over {COMPARISONS:,} comparisons; {COMPARISONS:,} are allowed.",
            COMPARISONS,
            COMPARISONS + 1,
        )
    return errors
