"""What staff send to change categories, brands, attributes and options."""

import strawberry

from commerce.catalog.graphql.inputs.products import MediaInput
from commerce.catalog.values import AttributeKind
from commerce.i18n.graphql import TextInput
from commerce.kit.graphql import ID, described, input_type


@input_type
class CategoryCreateInput:
    """A new category."""

    name: list[TextInput] = described("Name by locale, at most 255 characters.")
    code: str | None = described(
        "Stable code for integrations: letters, digits, dots, dashes and underscores, at most 100. The slug when left"
        " out.",
        default=None,
    )
    parent_id: ID | None = described("Category above; at the top when left out.", default=None)
    slugs: list[TextInput] = described(
        "Address part by locale: lower-case letters, digits and dashes, at most 100. Made from the name where left out.",
        default_factory=list,
    )
    description: list[TextInput] = described(
        "Description by locale, as HTML, which is sanitized; at most 50000 characters.", default_factory=list
    )
    seo_title: list[TextInput] = described("Page title by locale, at most 255 characters.", default_factory=list)
    seo_description: list[TextInput] = described(
        "Page description by locale, at most 1000 characters.", default_factory=list
    )
    image: MediaInput | None = described("Picture.", default=None)


@input_type
class CategoryUpdateInput:
    """Changes to a category. What is left out stays; texts are replaced as a whole."""

    category_id: ID = described("Category.")
    name: list[TextInput] | None = described("Name by locale, at most 255 characters.", default=None)
    slugs: list[TextInput] | None = described("Address part by locale. The old ones keep leading here.", default=None)
    description: list[TextInput] | None = described("Description by locale, as HTML, which is sanitized.", default=None)
    seo_title: list[TextInput] | None = described("Page title by locale.", default=None)
    seo_description: list[TextInput] | None = described("Page description by locale.", default=None)
    image: strawberry.Maybe[MediaInput | None] = described("Picture; null takes it away.", default=None)


@input_type
class CategoryMoveInput:
    """Puts a category, with all that is below it, somewhere else."""

    category_id: ID = described("Category.")
    parent_id: ID | None = described("Category to put it under; at the top when null.")
    position: int | None = described(
        "Place among its new siblings, 0 for the first; behind them all when left out.", default=None
    )


@input_type
class CategoryDeleteInput:
    """Removes a category that has neither products nor children."""

    category_id: ID = described("Category.")


@input_type
class BrandCreateInput:
    """A new brand."""

    name: list[TextInput] = described("Name by locale, at most 255 characters.")
    slug: str | None = described(
        "Address part: lower-case letters, digits and dashes, at most 100. Made from the name when left out.",
        default=None,
    )
    code: str | None = described("Stable code for integrations. The slug when left out.", default=None)


@input_type
class BrandUpdateInput:
    """Changes to a brand. What is left out stays."""

    brand_id: ID = described("Brand.")
    name: list[TextInput] | None = described("Name by locale, at most 255 characters.", default=None)
    slug: str | None = described("Address part.", default=None)


@input_type
class NamedValueInput:
    """A value of an option or an ENUM attribute."""

    code: str = described("Stable code: `red`. Letters, digits, dots, dashes and underscores, at most 100.")
    name: list[TextInput] = described("Label by locale, at most 255 characters.")
    color: str | None = described("Swatch color as `#rrggbb` in lower case, for values of options.", default=None)


@input_type
class AttributeCreateInput:
    """A new descriptive attribute."""

    code: str = described("Stable code: `material`. Letters, digits, dots, dashes and underscores, at most 100.")
    name: list[TextInput] = described("Label by locale, at most 255 characters.")
    kind: AttributeKind = described("Type of its values.")
    unit: str | None = described("Unit of a NUMBER: `g`, `cm`; at most 20 characters.", default=None)
    values: list[NamedValueInput] = described("Values of an ENUM, in display order.", default_factory=list)


@input_type
class OptionCreateInput:
    """A new option, which all products may use."""

    code: str = described("Stable code: `color`. Letters, digits, dots, dashes and underscores, at most 100.")
    name: list[TextInput] = described("Label by locale, at most 255 characters.")
    values: list[NamedValueInput] = described("Values, in display order.")
