"""The store: one account's orders in Redis or Valkey. Only `service.book` writes through it; doors may read."""
