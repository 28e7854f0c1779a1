"""Pages for people: the index, the documentation of the API, and a page for each type of problem."""
