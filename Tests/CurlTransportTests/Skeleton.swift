// CurlTransport tests.
