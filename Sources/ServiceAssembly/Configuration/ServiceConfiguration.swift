package import Configuration
package import Logging
package import MemoryModel

/// All settings of a service.
package struct ServiceConfiguration: Sendable, Hashable {
    /// Where everything on disk is.
    package let dataDirectory: DataDirectory

    /// Where and how the HTTP interface listens.
    package let http: HTTPSettings

    /// Which Postgres is used.
    package let database: DatabaseSettings

    /// Which tokens of an identity provider open workspaces; none where nil.
    package let tokens: TokenSettings?

    /// What turns texts into vectors.
    package let embedding: EmbeddingSettings

    /// How much callers and workspaces may use.
    package let limits: LimitSettings

    /// What providers cost.
    package let prices: PriceList

    /// What sums conversations up.
    package let chat: ChatModelSettings

    /// What the service derives its own secrets from; made at first start when nil.
    package let secret: Secret?

    /// The key that makes workspaces over HTTP; nobody does where nil.
    package let operatorKey: Secret?

    /// How indexes are kept in memory and on disk.
    package let index: IndexSettings

    /// For how long backups are kept, as the operator promises; erasure receipts name it.
    package let backupRetention: Duration

    /// For how long records of what happened are kept.
    package let records: RecordSettings

    /// From which level on log lines are written.
    package let logLevel: Logger.Level

    /// Reads all settings.
    ///
    /// - Throws: ``ConfigurationError`` for the first one that cannot be used.
    package init(config: ConfigReader) async throws(ConfigurationError) {
        dataDirectory = try await Self.readDataDirectory(config)
        http = try await HTTPSettings(config: config)
        database = try await DatabaseSettings(config: config)
        tokens = try await TokenSettings.read(config)
        embedding = try await EmbeddingSettings(config: config)
        limits = try await LimitSettings(config: config)
        prices = try await PriceSettings.read(config)
        chat = try await ChatModelSettings(config: config)
        secret = try await Self.secretSetting.read(config)
        operatorKey = try await Self.operatorKeySetting.read(config)
        index = try await IndexSettings(config: config)
        backupRetention = try await Self.backupRetentionSetting.require(config)
        records = try await RecordSettings(config: config)
        logLevel = try await Self.logLevelSetting.require(config)
    }

    /// The folder with the local encoder's weights.
    package var modelFolder: String {
        embedding.modelFolder ?? dataDirectory.file("models/all-MiniLM-L6-v2")
    }

    /// Reads the one setting that says where the settings file is.
    static func readDataDirectory(_ config: ConfigReader) async throws(ConfigurationError) -> DataDirectory {
        DataDirectory(path: try await dataDirectorySetting.require(config))
    }

    private static let dataDirectorySetting = Setting(
        "dataDir",
        default: "./.mneme",
        "The folder that holds everything on disk. It cannot be set in the settings file, which is in it."
    )

    private static let secretSetting = Setting<Secret>(
        "secret",
        "What the service derives its own secrets from: hashes of API keys, seals of cursors, passwords of database roles. "
            + "Made at first start and kept in the data directory when not set; nodes of one database need the same."
    )

    private static let operatorKeySetting = Setting<Secret>(
        "operatorKey",
        range: "32 to 512 characters",
        "The key that makes workspaces (`POST /v1/workspaces`) and opens none; without it only `mneme up` makes one."
    ) { (32...512).contains($0.revealed.utf8.count) }

    private static let backupRetentionSetting = Setting<Duration>(
        "erasure.backupRetention",
        default: .seconds(30 * 86_400),
        in: .seconds(0) ... .seconds(10 * 366 * 86_400),
        "For how long backups and archived logs of the database are kept: erasure receipts say until when those may hold what was erased."
    )

    private static let logLevelSetting = Setting(
        "log.level",
        default: Logger.Level.info,
        "From which level on log lines are written."
    )

    /// Every setting with the value that is in effect, in the order of the documentation.
    ///
    /// - Throws: ``ConfigurationError`` for the first one that cannot be used.
    package static func effectiveSettings(
        _ config: ConfigReader
    ) async throws(ConfigurationError) -> [EffectiveSetting] {
        var effective: [EffectiveSetting] = []
        for setting in settings { effective.append(try await setting.effective(config)) }
        return effective
    }

    /// Every setting there is.
    package static let settings: [SettingSummary] =
        [dataDirectorySetting.summaryRow, secretSetting.summaryRow, operatorKeySetting.summaryRow]
        + HTTPSettings.settings
        + TokenSettings.settings
        + DatabaseSettings.settings
        + EmbeddingSettings.settings
        + ChatModelSettings.settings
        + LimitSettings.settings
        + PriceSettings.settings
        + IndexSettings.settings
        + [backupRetentionSetting.summaryRow] + RecordSettings.settings + [logLevelSetting.summaryRow]
}

extension Logger.Level: SettingChoice {}
