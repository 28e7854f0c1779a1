"""The spool: where callbacks wait that the store could not take; Bandwidth never repeats them.

One encrypted file per process, locked for as long as the process lives: it is fsynced before a callback is answered,
and any process drains the files that nobody holds. Callbacks are hints, so they need no order, and applying one twice
changes nothing: a file is removed only after all of its entries were committed.
"""
