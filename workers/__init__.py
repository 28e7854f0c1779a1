"""The processes that send orders to Bandwidth and ask what became of them."""
