"""What staff and apps did, for those who look after it; and what is behind the masks, for a reason that is written down."""
