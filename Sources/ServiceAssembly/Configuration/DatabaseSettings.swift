package import Configuration
package import MemoryModel

/// Which Postgres is used, and with how many connections.
package struct DatabaseSettings: Sendable, Hashable {
    /// The connection string of an administrator of a server elsewhere; nil for the embedded one.
    package let url: Secret?

    /// The connection string of the role `mneme_app`; derived from ``url`` when nil.
    package let appURL: Secret?

    /// The connection string of the role `mneme_worker`; derived from ``url`` when nil.
    package let workerURL: Secret?

    /// The connection string of the role `mneme_indexer`; derived from ``url`` when nil.
    package let indexerURL: Secret?

    /// Connections that the HTTP interface keeps open.
    package let poolMin: Int

    /// Connections that the HTTP interface opens at most.
    package let poolMax: Int

    /// How long a request waits for a connection.
    package let poolWait: Duration

    /// Connections that the worker opens at most.
    package let workerPoolMax: Int

    /// Connections that the index follower opens at most.
    package let indexerPoolMax: Int

    /// Reads the keys `database.*`.
    package init(config: ConfigReader) async throws(ConfigurationError) {
        url = try await Self.urlSetting.read(config)
        appURL = try await Self.appURLSetting.read(config)
        workerURL = try await Self.workerURLSetting.read(config)
        indexerURL = try await Self.indexerURLSetting.read(config)
        poolMin = try await Self.poolMinSetting.require(config)
        poolMax = try await Self.poolMaxSetting.require(config)
        poolWait = try await Self.poolWaitSetting.require(config)
        workerPoolMax = try await Self.workerPoolMaxSetting.require(config)
        indexerPoolMax = try await Self.indexerPoolMaxSetting.require(config)
        guard poolMin <= poolMax else {
            throw ConfigurationError(
                code: .conflict,
                key: Self.poolMinSetting.key,
                expected: "\(poolMin) is more than \(Self.poolMaxSetting.key), which is \(poolMax)"
            )
        }
        guard url == nil || url?.revealed.wholeMatch(of: /postgres(ql)?:\/\/.*/) != nil else {
            throw ConfigurationError(
                code: .invalidValue,
                key: Self.urlSetting.key,
                expected: "a connection string that begins with postgresql://"
            )
        }
    }

    private static let urlSetting = Setting<Secret>(
        "database.url",
        "The connection string of an administrator of a Postgres elsewhere, `postgresql://…`; also read from `DATABASE_URL`. "
            + "Without it, `mneme up` runs a Postgres of its own."
    )

    private static let appURLSetting = Setting<Secret>(
        "database.appURL",
        "The connection string of the role `mneme_app`, where it cannot be derived from `database.url`."
    )

    private static let workerURLSetting = Setting<Secret>(
        "database.workerURL",
        "The connection string of the role `mneme_worker`, where it cannot be derived from `database.url`."
    )

    private static let indexerURLSetting = Setting<Secret>(
        "database.indexerURL",
        "The connection string of the role `mneme_indexer`, where it cannot be derived from `database.url`."
    )

    private static let poolMinSetting = Setting(
        "database.poolMin",
        default: 10,
        in: 0...1_000,
        "Connections that the HTTP interface keeps open."
    )

    private static let poolMaxSetting = Setting(
        "database.poolMax",
        default: 50,
        in: 1...1_000,
        "Connections that the HTTP interface opens at most."
    )

    private static let poolWaitSetting = Setting<Duration>(
        "database.poolWait",
        default: .seconds(30),
        in: .milliseconds(10) ... .seconds(600),
        "How long a request waits for a connection before it is answered with 503."
    )

    private static let workerPoolMaxSetting = Setting(
        "database.workerPoolMax",
        default: 8,
        in: 1...100,
        "Connections that the worker opens at most."
    )

    private static let indexerPoolMaxSetting = Setting(
        "database.indexerPoolMax",
        default: 4,
        in: 1...100,
        "Connections that the index follower opens at most."
    )

    static let settings = [
        urlSetting.summaryRow, appURLSetting.summaryRow, workerURLSetting.summaryRow, indexerURLSetting.summaryRow,
        poolMinSetting.summaryRow, poolMaxSetting.summaryRow, poolWaitSetting.summaryRow,
        workerPoolMaxSetting.summaryRow, indexerPoolMaxSetting.summaryRow,
    ]
}
