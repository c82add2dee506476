"""The documents that a storefront sends."""

W0 = "{ __typename }"
_CARD = """id name slug
      featuredImage { url alt }
      priceRange { min { current { amount currencyCode } } max { current { amount currencyCode } } }"""
W1 = f"""query Listing($category: ID!) {{
  products(filter: {{categoryIds: [$category]}}, first: 24) {{
    nodes {{
      {_CARD}
    }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}"""
W2 = """query Detail($slug: String!) {
  product(by: {slug: $slug}) {
    id slug name description
    brand { id name slug }
    media { id url alt ... on Image { width height } }
    categories { id slug name ancestors { id slug name } }
    variants(first: 100) {
      nodes {
        id sku name
        selectedOptions { option { code label } value { code label color } }
        price { current { amount currencyCode } compareAt { amount } taxed { net { amount } gross { amount } } }
        availability { status quantity }
      }
    }
  }
}"""
W3 = f"""query Search($words: String!) {{
  products(query: $words, first: 24) {{
    nodes {{
      {_CARD}
    }}
    totalCount
    facets {{ code label kind values {{ value label count isSelected color }} range {{ min max }} }}
    pageInfo {{ hasNextPage }}
  }}
}}"""
_TOTALS = """totals {
  subtotal { amount } discount { amount } shipping { amount } tax { amount } taxIncluded
  total { amount currencyCode } isEstimate
}"""
_ERRORS = "userErrors { code message field }"
W4 = f"""mutation Add($input: CartLinesAddInput!) {{
  cartLinesAdd(input: $input) {{
    cart {{
      id version totalQuantity {_TOTALS}
      lines {{
        id quantity title
        unitPrice {{ current {{ amount }} compareAt {{ amount }} }}
        subtotal {{ amount }} total {{ amount }}
        variant {{ id sku name image {{ url alt }} }}
      }}
      warnings {{ code message lineId }}
    }}
    {_ERRORS}
  }}
}}"""
W5 = (
    f"mutation($input: CartCreateInput!) {{ cartCreate(input: $input) {{ cart {{ id {_TOTALS} }} {_ERRORS} }} }}",
    f"""mutation($input: CheckoutStartInput!) {{ checkoutStart(input: $input) {{ checkout {{
      id {_TOTALS} shippingOptions {{ id name price {{ gross {{ amount }} }} }} paymentOptions {{ id code name }}
    }} {_ERRORS} }} }}""",
    f"""mutation($input: CheckoutUpdateInput!) {{ checkoutUpdate(input: $input) {{ checkout {{
      id {_TOTALS} requirements {{ code message }}
    }} {_ERRORS} }} }}""",
    f"""mutation($input: CheckoutCompleteInput!) {{ checkoutComplete(input: $input) {{ order {{
      id number status paymentStatus {_TOTALS}
    }} nextAction {{ kind url }} {_ERRORS} }} }}""",
)
W6 = f"""query History($email: String!) {{
  orders(query: $email, first: 10) {{
    nodes {{
      id number placedAt status paymentStatus fulfillmentStatus {_TOTALS}
      lines {{
        id title variantTitle sku quantity fulfilledQuantity
        unitPrice {{ gross {{ amount }} }} total {{ net {{ amount }} gross {{ amount currencyCode }} }}
      }}
    }}
    pageInfo {{ hasNextPage }}
  }}
}}"""
W7 = """query Everything($category: ID!) {
  products(filter: {categoryIds: [$category]}, first: 100) {
    nodes {
      id slug name
      brand { id name slug }
      categories { id slug name ancestors { id slug name } }
      attributes { code label value display }
      options { id code label values { id code label color } }
      variants(first: 10) {
        nodes {
          id sku name
          selectedOptions { option { code label } value { code label color } }
          price { current { amount currencyCode } compareAt { amount } }
        }
      }
    }
  }
}"""
SIGN_IN = f"mutation($input: SignInInput!) {{ signIn(input: $input) {{ tokens {{ accessToken }} {_ERRORS} }} }}"
