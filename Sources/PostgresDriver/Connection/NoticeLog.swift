package import Logging

/// Writes the server's notices to a logger, without the text they quote values in.
package final class NoticeLog: Sendable {
    private let logger: Logger

    package init(logger: Logger) {
        self.logger = logger
    }

    package func record(_ notice: PostgresServerError) {
        logger.debug(
            "postgres notice",
            metadata: ["severity": "\(notice.severity)", "sqlstate": "\(notice.sqlState)"]
        )
    }
}
