"""What storefronts ask."""

ARGUMENTS = "filter: $filter, sort: $sort, first: $first, after: $after, last: $last, before: $before"
VARIABLES = "$filter: ProductFilterInput, $sort: ProductSort, $first: Int, $after: String, $last: Int, $before: String"
PAGE = "edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
LIST = f"query($words: String, {VARIABLES}) {{ products(query: $words, {ARGUMENTS}) {{ {PAGE} }} }}"
COUNT = "query($words: String, $filter: ProductFilterInput) { products(query: $words, filter: $filter) { totalCount } }"
FACETS = """query($words: String, $filter: ProductFilterInput) { products(query: $words, filter: $filter) { totalCount
  facets { code label kind range { min max } values { value label count isSelected color } } } }"""
CARD = """id name slug featuredImage { url } priceRange { min { current { amount } } max { current { amount } } }"""
LISTING = f"query($id: ID!) {{ products(filter: {{categoryIds: [$id]}}, first: 24) {{ nodes {{ {CARD} }} }} }}"
IN_CATEGORY = f"query($slug: String!, {VARIABLES}) {{ category(slug: $slug) {{ products({ARGUMENTS}) {{ {PAGE} }} }} }}"
WIDE = """query($first: Int) { products(first: $first) { nodes { id name slug brand { name }
  categories { name slug }
  attributes { code label display }
  options { code label values { code label } }
  variants { nodes { sku name price { current { amount } } selectedOptions { option { code } value { code } } } } } } }"""
