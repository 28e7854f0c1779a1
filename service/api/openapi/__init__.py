"""The OpenAPI 3.1 document, made of the operations, their shapes, the tree of errors and the shelf of kinds."""
