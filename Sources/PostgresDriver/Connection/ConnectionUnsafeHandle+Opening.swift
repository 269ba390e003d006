import CLibPQ

/// How a connection comes into being (PostgreSQL documentation, section 34.1).
extension ConnectionUnsafeHandle {
    /// What an opening connection waits for.
    enum Opening {
        case readable
        case writable
        case open
        case failed
    }

    /// Whether libpq can read a connection string or URI.
    static func canParse(_ connectionString: String) -> Bool {
        guard let options = unsafe PQconninfoParse(connectionString, nil) else { return false }
        unsafe PQconninfoFree(options)
        return true
    }

    /// Begins to open a connection; `nil` when memory is short.
    ///
    /// Of parameters with one name the last counts, and `dbname` may hold a whole connection string. Blocks while a
    /// name is resolved.
    static func start(parameters: [(name: String, value: String)], notices: NoticeLog) -> ConnectionUnsafeHandle? {
        let pointer = unsafe withCStrings(parameters.map(\.name)) { names in
            unsafe withCStrings(parameters.map(\.value)) { values in
                unsafe PQconnectStartParams(names, values, 1)
            }
        }
        guard let pointer = unsafe pointer else { return nil }
        return unsafe ConnectionUnsafeHandle(owning: pointer, notices: notices)
    }

    /// Goes on with opening, once the socket is ready for what was asked.
    func continueOpening() -> Opening {
        switch unsafe PQconnectPoll(pointer) {
        case PGRES_POLLING_READING: .readable
        case PGRES_POLLING_WRITING: .writable
        case PGRES_POLLING_OK: .open
        default: .failed
        }
    }

    // An array of C strings that ends with NULL, as libpq wants it: all texts lie in one buffer.
    private static func withCStrings<Value>(
        _ strings: [String],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
    ) -> Value {
        var bytes: [CChar] = []
        var starts: [Int] = []
        for string in strings {
            starts.append(bytes.count)
            bytes.append(contentsOf: string.utf8CString)
        }
        return unsafe bytes.withUnsafeBufferPointer { bytes in
            var pointers = unsafe starts.map { start in unsafe bytes.baseAddress.map { base in unsafe base + start } }
            unsafe pointers.append(nil)
            return unsafe body(pointers)
        }
    }
}
