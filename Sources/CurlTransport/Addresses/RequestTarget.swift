internal import CLibCurl

/// What a URL says about where a request goes, read by libcurl's own parser so that check and use cannot differ.
struct RequestTarget {
    let scheme: String
    /// In lower case, IPv6 addresses without brackets.
    let host: String

    /// Reads and checks a URL.
    ///
    /// - Throws: `invalidRequest` for a URL that is malformed, has user information, is neither `http` nor `https`, or is `http` to a
    ///   host that the policy does not trust.
    init(_ url: String, policy: AddressPolicy) throws(TransportError) {
        guard !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }), let parsed = URLUnsafeHandle(url) else {
            throw TransportError(.invalidRequest, "the URL is malformed")
        }
        guard parsed.part(CURLUPART_USER) == nil, parsed.part(CURLUPART_PASSWORD) == nil else {
            throw TransportError(.invalidRequest, "the URL has user information")
        }
        guard let scheme = parsed.part(CURLUPART_SCHEME), let host = parsed.part(CURLUPART_HOST), !host.isEmpty else {
            throw TransportError(.invalidRequest, "the URL is not absolute")
        }
        self.scheme = scheme.lowercased()
        self.host = String(host.lowercased().drop { $0 == "[" }.prefix { $0 != "]" })
        guard self.scheme == "https" || (self.scheme == "http" && policy.trusts(host: self.host)) else {
            throw TransportError(.invalidRequest, "the URL's scheme is not allowed for its host")
        }
    }
}

/// A parsed URL of libcurl.
///
/// Safe: the object is freed once, with the handle, and strings are copied out.
@safe
private struct URLUnsafeHandle: ~Copyable {
    private let pointer: OpaquePointer

    init?(_ url: String) {
        guard let pointer = unsafe curl_url() else { return nil }
        guard unsafe curl_url_set(pointer, CURLUPART_URL, url, 0) == CURLUE_OK else {
            unsafe curl_url_cleanup(pointer)
            return nil
        }
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe curl_url_cleanup(pointer)
    }

    /// A part of the URL, or `nil` where the URL has none.
    func part(_ part: CURLUPart) -> String? {
        var value: UnsafeMutablePointer<CChar>?
        guard unsafe curl_url_get(pointer, part, &value, 0) == CURLUE_OK, let found = unsafe value else { return nil }
        defer { unsafe curl_free(found) }
        return unsafe String(cString: found)
    }
}
