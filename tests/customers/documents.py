"""What clients send about customers."""

ADDRESS = "id address { name lines city region postalCode country phone formatted } isDefaultShipping isDefaultBilling"
ADDRESS_CREATE = f"""mutation($input: CustomerAddressCreateInput!) {{
  customerAddressCreate(input: $input) {{ customerAddress {{ {ADDRESS} }} userErrors {{ code field message }} }}
}}"""
ADDRESS_UPDATE = f"""mutation($input: CustomerAddressUpdateInput!) {{
  customerAddressUpdate(input: $input) {{ customerAddress {{ {ADDRESS} }} userErrors {{ code field message }} }}
}}"""
ADDRESS_DELETE = """mutation($id: ID!) {
  customerAddressDelete(input: {addressId: $id}) { deletedId userErrors { code field } }
}"""
BOOK = f"{{ viewer {{ customer {{ addresses {{ {ADDRESS} }} }} }} }}"
GRANT = """mutation($purpose: ConsentPurpose!, $version: String!) {
  consentGrant(input: {purpose: $purpose, policyVersion: $version}) {
    customer { consents { purpose policyVersion grantedAt withdrawnAt client } } userErrors { code field }
  }
}"""
WITHDRAW = """mutation($purpose: ConsentPurpose!) {
  consentWithdraw(input: {purpose: $purpose}) {
    customer { consents { purpose policyVersion withdrawnAt } } userErrors { code field }
  }
}"""
GROUP_CREATE = """mutation($input: CustomerGroupCreateInput!) {
  customerGroupCreate(input: $input) { customerGroup { id code name isTaxExempt } userErrors { code field } }
}"""
GROUP_UPDATE = """mutation($input: CustomerGroupUpdateInput!) {
  customerGroupUpdate(input: $input) { customerGroup { name isTaxExempt } userErrors { code field } }
}"""
GROUP_DELETE = "mutation($id: ID!) { customerGroupDelete(input: {groupId: $id}) { deletedId userErrors { code } } }"
MEMBERS_ADD = """mutation($group: ID!, $customers: [ID!]!) {
  customerGroupMembersAdd(input: {groupId: $group, customerIds: $customers}) {
    customerGroup { code } userErrors { code field }
  }
}"""
MEMBERS_REMOVE = MEMBERS_ADD.replace("MembersAdd", "MembersRemove")
