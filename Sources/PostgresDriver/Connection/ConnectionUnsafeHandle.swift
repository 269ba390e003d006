import CLibPQ

/// Owns one `PGconn`; the only place that calls libpq with it.
///
/// Used by one thread at a time: the thread that opens it, then the I/O thread it is handed to.
@safe
package final class ConnectionUnsafeHandle: @unchecked Sendable {
    // @unchecked Sendable: handed over once, from the opening thread to the I/O thread, through a Mutex.
    let pointer: OpaquePointer
    // libpq holds its address for as long as the connection lives.
    private let notices: NoticeLog

    /// Takes ownership of a connection and sends its notices to the log.
    init(owning pointer: OpaquePointer, notices: NoticeLog) {
        unsafe self.pointer = unsafe pointer
        self.notices = notices
        unsafe PQsetNoticeReceiver(
            pointer,
            { context, result in
                guard let context = unsafe context, let result = unsafe result else { return }
                // libpq frees a notice's result itself.
                guard let notice = unsafe ConnectionUnsafeHandle.notice(result) else { return }
                unsafe Unmanaged<NoticeLog>.fromOpaque(context).takeUnretainedValue().record(notice)
            },
            Unmanaged.passUnretained(notices).toOpaque()
        )
    }

    deinit {
        unsafe PQfinish(pointer)
    }

    private static func notice(_ result: OpaquePointer) -> PostgresServerError? {
        guard let state = unsafe PQresultErrorField(result, Int32(UInt8(ascii: "C"))),
            let severity = unsafe PQresultErrorField(result, Int32(UInt8(ascii: "V")))
        else { return nil }
        return unsafe PostgresServerError(
            sqlState: SQLState(rawValue: String(cString: state)),
            severity: String(cString: severity)
        )
    }

    // MARK: State

    var socket: Int32 { unsafe PQsocket(pointer) }
    var isOpen: Bool { unsafe PQstatus(pointer) == CONNECTION_OK }
    var usesTLS: Bool { unsafe PQsslInUse(pointer) != 0 }
    /// For example 150020.
    var serverVersion: Int { Int(unsafe PQserverVersion(pointer)) }
    var processID: Int { Int(unsafe PQbackendPID(pointer)) }

    /// What libpq says went wrong last: reason, host and user.
    var lastError: String {
        guard let text = unsafe PQerrorMessage(pointer) else { return "" }
        return unsafe String(cString: text)
    }

    var transactionStatus: TransactionStatus {
        switch unsafe PQtransactionStatus(pointer) {
        case PQTRANS_IDLE: .idle
        case PQTRANS_INTRANS: .open
        case PQTRANS_INERROR: .failed
        default: .unknown
        }
    }

    // MARK: Receiving

    /// Whether ``nextResult()`` would have to wait.
    var isBusy: Bool { unsafe PQisBusy(pointer) != 0 }

    /// Reads what the socket holds; `false` when the connection is broken.
    func consumeInput() -> Bool { unsafe PQconsumeInput(pointer) == 1 }

    /// The next result, or `nil` at the end of a statement's results.
    ///
    /// Only when not busy.
    func nextResult() -> ResultUnsafeHandle? {
        guard let result = unsafe PQgetResult(pointer) else { return nil }
        return unsafe ResultUnsafeHandle(owning: result)
    }

    func makeCancel() -> CancelUnsafeHandle? {
        guard let cancel = unsafe PQgetCancel(pointer) else { return nil }
        return unsafe CancelUnsafeHandle(owning: cancel)
    }

    // MARK: Sending; each queues in libpq's buffer and answers whether libpq took it

    enum Flush {
        case done
        case pending
        case broken
    }

    func flush() -> Flush {
        switch unsafe PQflush(pointer) {
        case 0: .done
        case 1: .pending
        default: .broken
        }
    }

    func becomeNonBlocking() -> Bool { unsafe PQsetnonblocking(pointer, 1) == 0 }

    func enterPipelineMode() -> Bool { unsafe PQenterPipelineMode(pointer) == 1 }

    func exitPipelineMode() -> Bool { unsafe PQexitPipelineMode(pointer) == 1 }

    func sendSync() -> Bool { unsafe PQpipelineSync(pointer) == 1 }

    /// The simple protocol: several statements in one text, outside pipeline mode.
    func sendScript(_ script: String) -> Bool { unsafe PQsendQuery(pointer, script) == 1 }

    func sendPrepare(name: String, sql: String, types: [PostgresType]) -> Bool {
        let types = types.map { Oid($0.rawValue) }
        return unsafe PQsendPrepare(pointer, name, sql, Int32(types.count), types) == 1
    }

    func sendPrepared(name: String, binds: PostgresBinds) -> Bool {
        unsafe withValues(of: binds) { count, values, lengths, formats in
            unsafe PQsendQueryPrepared(pointer, name, count, values, lengths, formats, 1) == 1
        }
    }

    func sendUnnamed(sql: String, binds: PostgresBinds) -> Bool {
        let types = binds.types.map { Oid($0.rawValue) }
        return unsafe withValues(of: binds) { count, values, lengths, formats in
            unsafe PQsendQueryParams(pointer, sql, count, types, values, lengths, formats, 1) == 1
        }
    }

    // libpq wants one pointer per value; all point into the one buffer of the binds.
    private func withValues(
        of binds: PostgresBinds,
        _ send: (Int32, UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<Int32>, UnsafePointer<Int32>) -> Bool
    ) -> Bool {
        // An empty value is not NULL, so there must be an address even where there are no bytes.
        let bytes = binds.buffer.bytes.isEmpty ? [0] : binds.buffer.bytes
        let lengths = binds.ranges.map { Int32($0?.count ?? 0) }
        let formats = [Int32](repeating: 1, count: binds.count)
        return unsafe bytes.withUnsafeBytes { bytes in
            let base = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = unsafe binds.ranges.map { range in
                unsafe range.flatMap { range in unsafe base.map { base in unsafe base + range.lowerBound } }
            }
            return unsafe send(Int32(binds.count), values, lengths, formats)
        }
    }
}

/// Where a connection stands after an exchange, as the server told it.
package enum TransactionStatus: Sendable, Hashable {
    /// Outside a transaction.
    case idle
    /// In a transaction that can go on.
    case open
    /// In a transaction that can only be rolled back.
    case failed
    /// Not known: something is under way, or the connection is broken.
    case unknown
}
