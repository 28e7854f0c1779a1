-- Notes a deed.
-- KEYS[1] the audit   ARGV[3] the deed as a JSON object, [4] days for which deeds are kept
note(cjson.decode(ARGV[3]), ARGV[4])
