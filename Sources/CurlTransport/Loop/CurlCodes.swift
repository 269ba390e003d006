internal import CLibCurl

extension TransportError {
    /// The failure that a result of libcurl stands for.
    init(_ result: CURLcode) {
        let code: Code
        switch result {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: code = .unresolvedHost
        case CURLE_COULDNT_CONNECT, CURLE_PROXY: code = .connectionFailed
        case CURLE_OPERATION_TIMEDOUT: code = .timedOut
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2_STREAM:
            code = .connectionLost
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
            code = .tlsFailed
        case CURLE_FILESIZE_EXCEEDED: code = .responseTooLarge
        case CURLE_WEIRD_SERVER_REPLY, CURLE_HTTP2, CURLE_UNSUPPORTED_PROTOCOL: code = .malformedResponse
        default: code = .failed
        }
        self.init(code, "\(unsafe String(cString: curl_easy_strerror(result))) (libcurl \(result.rawValue))")
    }
}
