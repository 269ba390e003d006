internal import CLibCurl

/// One exchange: the easy handle, what has been received, and who waits for it.
///
/// `@unchecked Sendable`: made by the caller, then touched by the loop's thread only.
final class Transfer: @unchecked Sendable {
    /// Tells a transfer from all others of its transport.
    let id: UInt64
    private let request: HTTPRequest
    private let target: RequestTarget
    private let headerLines: [String]
    private let limits: TransportLimits
    private let settings: TransportSettings
    private var continuation: CheckedContinuation<Result<HTTPResponse, TransportError>, Never>?

    private var headers: [(name: String, value: String)] = []
    private var headerBytes = 0
    private var body: [UInt8] = []
    /// Why one of our own checks ended the transfer, where one did.
    private var verdict: TransportError?

    init(
        id: UInt64,
        request: HTTPRequest,
        limits: TransportLimits,
        settings: TransportSettings
    ) throws(TransportError) {
        self.id = id
        self.request = request
        self.limits = limits
        self.settings = settings
        target = try RequestTarget(request.url, policy: settings.addresses)
        headerLines = try request.validatedHeaderLines()
    }

    /// Takes the continuation that `finish` resumes.
    func wait(with continuation: CheckedContinuation<Result<HTTPResponse, TransportError>, Never>) {
        self.continuation = continuation
    }

    /// Resumes the caller; further calls do nothing.
    func finish(_ result: Result<HTTPResponse, TransportError>) {
        continuation?.resume(returning: result)
        continuation = nil
    }

    // MARK: Set-up

    /// The easy handle with every option set, or `nil` where libcurl refused one.
    func makeHandle() -> CurlEasyUnsafeHandle? {
        guard var easy = CurlEasyUnsafeHandle() else { return nil }
        easy.set(CURLOPT_URL, request.url)
        easy.set(CURLOPT_NOSIGNAL, 1)
        easy.set(CURLOPT_PROTOCOLS_STR, target.scheme)
        easy.set(CURLOPT_FOLLOWLOCATION, 0)
        easy.set(CURLOPT_NETRC, 0)
        easy.set(CURLOPT_PROXY, settings.proxy ?? "")
        easy.set(CURLOPT_NOPROXY, settings.proxy == nil ? "*" : "")
        if let file = settings.certificateAuthorityFile { easy.set(CURLOPT_CAINFO, file) }
        easy.set(CURLOPT_CONNECTTIMEOUT_MS, limits.connectTime.limitMilliseconds)
        easy.set(CURLOPT_TIMEOUT_MS, limits.totalTime.limitMilliseconds)
        easy.set(CURLOPT_LOW_SPEED_LIMIT, limits.lowSpeed)
        easy.set(CURLOPT_LOW_SPEED_TIME, (limits.lowSpeedTime.limitMilliseconds + 999) / 1000)
        easy.set(CURLOPT_MAXFILESIZE_LARGE, offset: limits.responseBytes)
        // Without "Expect: 100-continue", which costs a round trip for every larger body.
        easy.setHeaders(headerLines + ["Expect:"])
        if request.method == .post {
            easy.set(CURLOPT_POST, 1)
            easy.setBody(request.body)
        }
        easy.setCallbacks(to: self)
        if easy.hasFailed { return nil }
        return easy
    }

    // MARK: Called by libcurl

    /// Whether the connection may go to an address.
    func allows(_ address: SocketAddress) -> Bool {
        // A proxy is the operator's own choice, and the only address that is connected to then.
        if settings.proxy != nil || settings.addresses.allows(address, forHost: target.host) { return true }
        verdict = TransportError(.forbiddenAddress, "the host's address must not be reached")
        return false
    }

    /// Takes a line of the header; false ends the transfer.
    @unsafe
    func receive(headerLine line: UnsafeRawBufferPointer) -> Bool {
        headerBytes += line.count
        guard headerBytes <= limits.headerBytes else {
            verdict = TransportError(.responseTooLarge, "the header is above its limit")
            return false
        }
        let text = unsafe String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            // The status line of a further response: what came before was an interim one.
            headers.removeAll()
        } else if let colon = text.firstIndex(of: ":") {
            let value = text[text.index(after: colon)...].drop(while: \.isWhitespace)
            let end = value.lastIndex { !$0.isWhitespace }.map(value.index(after:)) ?? value.startIndex
            headers.append((String(text[..<colon]), String(value[..<end])))
        }
        return true
    }

    /// Takes a piece of the body; false ends the transfer.
    @unsafe
    func receive(body chunk: UnsafeRawBufferPointer) -> Bool {
        guard chunk.count <= limits.responseBytes - body.count else {
            verdict = TransportError(.responseTooLarge, "the body is above its limit")
            return false
        }
        unsafe body.append(contentsOf: chunk)
        return true
    }

    // MARK: Outcome

    /// What libcurl's result means to the caller.
    func outcome(of code: CURLcode, status: Int) -> Result<HTTPResponse, TransportError> {
        if code == CURLE_OK {
            return .success(HTTPResponse(status: status, headers: headers, body: body))
        }
        return .failure(verdict ?? TransportError(code))
    }
}
