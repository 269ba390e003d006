// CurlTransport: replaced by its first slice.
