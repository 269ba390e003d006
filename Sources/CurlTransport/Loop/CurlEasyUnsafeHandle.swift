internal import CLibCurl

/// One libcurl easy handle with its header list, and the only code that calls the easy interface.
///
/// Safe: both are freed once, with the handle, after the loop has taken it off the multi handle.
@safe
struct CurlEasyUnsafeHandle: ~Copyable {
    private let pointer: UnsafeMutableRawPointer
    private var headerList: UnsafeMutablePointer<curl_slist>?
    /// Whether an option was refused; asked once, after all are set.
    private(set) var hasFailed = false

    init?() {
        guard let pointer = unsafe curl_easy_init() else { return nil }
        unsafe self.pointer = pointer
        unsafe headerList = nil
    }

    deinit {
        unsafe curl_easy_cleanup(pointer)
        unsafe curl_slist_free_all(headerList)
    }

    /// The handle's identity, as libcurl reports it for a finished transfer.
    var identity: Int { unsafe Int(bitPattern: pointer) }

    mutating func set(_ option: CURLoption, _ value: Int) {
        note(unsafe mneme_curl_easy_set_long(pointer, option, value))
    }

    mutating func set(_ option: CURLoption, offset value: Int) {
        note(unsafe mneme_curl_easy_set_offset(pointer, option, curl_off_t(value)))
    }

    mutating func set(_ option: CURLoption, _ value: String) {
        note(unsafe mneme_curl_easy_set_string(pointer, option, value))
    }

    /// The body of a POST, copied by libcurl.
    mutating func setBody(_ body: [UInt8]) {
        set(CURLOPT_POSTFIELDSIZE_LARGE, offset: body.count)
        unsafe body.withUnsafeBytes { bytes in
            // An empty array may have no address, which libcurl would take for "read it from the callback".
            let base = unsafe bytes.baseAddress ?? UnsafeRawPointer(pointer)
            note(unsafe mneme_curl_easy_set_pointer(pointer, CURLOPT_COPYPOSTFIELDS, base))
        }
    }

    mutating func setHeaders(_ lines: [String]) {
        for line in lines {
            guard let list = unsafe curl_slist_append(headerList, line) else {
                hasFailed = true
                return
            }
            unsafe headerList = list
        }
        note(unsafe mneme_curl_easy_set_headers(pointer, headerList))
    }

    /// Has libcurl call the transfer's methods; the transfer must stay alive until the handle is off the multi handle.
    mutating func setCallbacks(to transfer: Transfer) {
        let context = unsafe Unmanaged.passUnretained(transfer).toOpaque()
        note(
            unsafe mneme_curl_easy_set_body_callback(
                pointer,
                { bytes, size, count, context in
                    let transfer = unsafe Self.transfer(context)
                    let chunk = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
                    return unsafe transfer.receive(body: chunk) ? chunk.count : 0
                },
                context
            )
        )
        note(
            unsafe mneme_curl_easy_set_header_callback(
                pointer,
                { bytes, size, count, context in
                    let transfer = unsafe Self.transfer(context)
                    let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
                    return unsafe transfer.receive(headerLine: line) ? line.count : 0
                },
                context
            )
        )
        note(
            unsafe mneme_curl_easy_set_open_socket_callback(
                pointer,
                { context, _, address in
                    let transfer = unsafe Self.transfer(context)
                    guard transfer.allows(unsafe SocketAddress(reading: address)) else { return CURL_SOCKET_BAD }
                    return unsafe openSocket(address)
                },
                context
            )
        )
    }

    /// The status of the answer, or 0 where there is none.
    func status() -> Int {
        var status = 0
        return unsafe mneme_curl_easy_get_long(pointer, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK ? status : 0
    }

    /// The raw handle, for the multi handle alone.
    @unsafe
    borrowing func withRawHandle<Result>(_ body: (UnsafeMutableRawPointer) -> Result) -> Result {
        unsafe body(pointer)
    }

    private mutating func note(_ code: CURLcode) {
        if code != CURLE_OK { hasFailed = true }
    }

    @unsafe
    private static func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer {
        guard let context = unsafe context else { preconditionFailure("libcurl lost the callback's context") }
        return unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    }
}
