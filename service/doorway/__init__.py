"""What doors share: what a query asks for, pages of lists, and what of a record is shown to whom."""
