"""The store: one account's orders in Redis or Valkey. Called by `service.book` and nobody else."""
