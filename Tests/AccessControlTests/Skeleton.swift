// AccessControl tests.
