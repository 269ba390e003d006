package import Logging

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Opens connections.
///
/// Blocks (name resolution, SCRAM, waiting for the server): only on threads of its own.
package struct Connector: Sendable {
    package let configuration: PostgresConfiguration
    private let notices: NoticeLog

    package init(configuration: PostgresConfiguration, logger: Logger) {
        self.configuration = configuration
        notices = NoticeLog(logger: logger)
    }

    /// Checks the connection string without connecting.
    ///
    /// - Throws: ``PostgresError`` with code `invalidConfiguration`. It does not say what libpq said, because that
    ///   quotes parts of the string, and the string may hold a password.
    package func validate() throws(PostgresError) {
        guard ConnectionUnsafeHandle.canParse(configuration.connectionString) else {
            throw PostgresError(.invalidConfiguration, "the connection string is not one that libpq can read")
        }
    }

    /// Opens one connection and puts it into pipeline mode.
    ///
    /// - Throws: ``PostgresError`` with code `connectionFailed`.
    package func connect() throws(PostgresError) -> ConnectionUnsafeHandle {
        guard let handle = ConnectionUnsafeHandle.start(parameters: parameters, notices: notices) else {
            throw PostgresError(.connectionFailed, "out of memory")
        }
        try waitUntilOpen(handle)
        guard handle.becomeNonBlocking(), handle.enterPipelineMode() else { throw failure(handle) }
        return handle
    }

    // libpq reads parameters in order, later ones win: what the connection string may overrule stands before it.
    private var parameters: [(name: String, value: String)] {
        let connectSeconds = max(2, (configuration.connectTimeout.wholeMilliseconds + 999) / 1_000)
        let overrides = [
            ("dbname", configuration.database), ("user", configuration.user), ("password", configuration.password),
        ]
        return [
            ("application_name", configuration.applicationName),
            ("connect_timeout", "\(connectSeconds)"),
            ("keepalives", "1"),
            ("keepalives_idle", "\(configuration.keepaliveIdle.wholeMilliseconds / 1_000)"),
            ("keepalives_interval", "\(configuration.keepaliveInterval.wholeMilliseconds / 1_000)"),
            ("keepalives_count", "\(configuration.keepaliveCount)"),
            ("tcp_user_timeout", "\(configuration.tcpUserTimeout.wholeMilliseconds)"),
            // Kerberos is looked up at every connect otherwise, which takes longer than the connect itself.
            ("gssencmode", "disable"),
            ("dbname", configuration.connectionString),
            ("client_encoding", "UTF8"),
        ] + overrides.compactMap { name, value in value.map { (name, $0) } }
    }

    private func waitUntilOpen(_ handle: ConnectionUnsafeHandle) throws(PostgresError) {
        let limit = ContinuousClock.now + configuration.connectTimeout
        var events = Int16(POLLOUT)
        guard handle.socket >= 0 else { throw failure(handle) }
        while true {
            let remaining = (limit - .now).wholeMilliseconds
            guard remaining > 0 else { throw PostgresError(.connectionFailed, "connecting took too long") }
            var descriptor = pollfd(fd: handle.socket, events: events, revents: 0)
            let ready = unsafe poll(&descriptor, 1, Int32(remaining))
            if ready <= 0 { continue }
            switch handle.continueOpening() {
            case .readable: events = Int16(POLLIN)
            case .writable: events = Int16(POLLOUT)
            case .open: return
            case .failed: throw failure(handle)
            }
        }
    }

    private func failure(_ handle: ConnectionUnsafeHandle) -> PostgresError {
        PostgresError(.connectionFailed, "the connection could not be opened", diagnostics: handle.lastError)
    }
}
