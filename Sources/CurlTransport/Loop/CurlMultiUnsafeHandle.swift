internal import CLibCurl

/// The libcurl multi handle, and the only code that calls the multi interface.
///
/// Safe: it is freed once, by the loop at its end, and after that only `wakeUp` could be called, which the loop's inbox rules out.
@safe
struct CurlMultiUnsafeHandle {
    private let pointer: UnsafeMutableRawPointer

    init() throws(TransportError) {
        guard let pointer = unsafe curl_multi_init() else {
            throw TransportError(.failed, "libcurl could not start")
        }
        unsafe self.pointer = pointer
    }

    func destroy() {
        _ = unsafe curl_multi_cleanup(pointer)
    }

    /// Limits connections to one host and in all; further transfers wait.
    func limitConnections(perHost: Int, total: Int) {
        _ = unsafe mneme_curl_multi_set_long(pointer, CURLMOPT_MAX_HOST_CONNECTIONS, perHost)
        _ = unsafe mneme_curl_multi_set_long(pointer, CURLMOPT_MAX_TOTAL_CONNECTIONS, total)
    }

    func add(_ easy: borrowing CurlEasyUnsafeHandle) -> Bool {
        unsafe easy.withRawHandle { unsafe curl_multi_add_handle(pointer, $0) == CURLM_OK }
    }

    func remove(_ easy: borrowing CurlEasyUnsafeHandle) {
        unsafe easy.withRawHandle { _ = unsafe curl_multi_remove_handle(pointer, $0) }
    }

    /// Does what can be done now.
    func perform() {
        var running: Int32 = 0
        _ = unsafe curl_multi_perform(pointer, &running)
    }

    /// Waits for sockets, libcurl's timers or `wakeUp`.
    func wait(milliseconds: Int32) {
        _ = unsafe curl_multi_poll(pointer, nil, 0, milliseconds, nil)
    }

    /// Ends `wait`; may be called from any thread.
    func wakeUp() {
        _ = unsafe curl_multi_wakeup(pointer)
    }

    /// The identity of the next finished easy handle with its result.
    func nextFinished() -> (identity: Int, result: CURLcode)? {
        var result = CURLE_OK
        guard let easy = unsafe mneme_curl_multi_next_finished(pointer, &result) else { return nil }
        return (Int(bitPattern: easy), result)
    }
}
