"""What was agreed: an order keeps names, prices and addresses as they were when it was placed."""
