"""Texts in other languages than the studio's own, one by one."""

from graph.declaring import attribute, input_type, object_type
from graph.scalars import Locale
from rules.access import Permission


@object_type(Permission.ANYONE)
class Translation:
    """One text of something in one language."""

    locale: Locale = attribute("The language.")
    field: str = attribute("Which text: the name of a field.")
    value: str = attribute("The text in that language.")


@input_type()
class TranslationInput:
    """One text of something in one language."""

    locale: Locale = attribute("The language.")
    field: str = attribute("Which text: the name of a field.")
    value: str = attribute("The text in that language; empty takes the translation away.")
