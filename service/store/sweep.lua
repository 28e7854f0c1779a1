-- Takes names of orphans out of the index whose callbacks have expired.
-- KEYS[1] the index   ARGV[3 ...] the names
sweep_orphans({unpack(ARGV, 3)})
return #ARGV - 2
