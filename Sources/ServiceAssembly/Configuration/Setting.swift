package import Configuration

/// One key of the configuration: its type, default, range, and whether it is a secret.
///
/// The settings are the only place where a key, a default or a range is written; docs/configuration.md is checked
/// against them.
package struct Setting<Value: SettingValue>: Sendable {
    /// The key, with dots between its parts, as in `database.poolMax`.
    package let key: String

    /// What it sets, in a sentence.
    package let summary: String

    /// The value when nothing is set; nil when there is none.
    package let defaultValue: Value?

    /// What values are allowed, in words; nil when all of the type are.
    package let range: String?

    private let isAllowed: @Sendable (Value) -> Bool

    /// Creates a setting.
    package init(
        _ key: String,
        default defaultValue: Value? = nil,
        range: String? = nil,
        _ summary: String,
        where isAllowed: @escaping @Sendable (Value) -> Bool = { _ in true }
    ) {
        self.key = key
        self.summary = summary
        self.defaultValue = defaultValue
        self.range = range
        self.isAllowed = isAllowed
    }

    /// Reads the setting.
    ///
    /// - Returns: The value, the default, or nil when there is neither.
    /// - Throws: ``ConfigurationError`` when the value is of another type or out of range.
    package func read(_ config: ConfigReader) async throws(ConfigurationError) -> Value? {
        let value: Value?
        do {
            value = try await Value.fetch(config, ConfigKey(key))
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw invalid
        }
        guard let value else { return defaultValue }
        guard isAllowed(value) else { throw invalid }
        return value
    }

    /// Reads a setting that has a default.
    package func require(_ config: ConfigReader) async throws(ConfigurationError) -> Value {
        guard let value = try await read(config) else {
            throw ConfigurationError(code: .missing, key: key, expected: summary)
        }
        return value
    }

    private var invalid: ConfigurationError {
        ConfigurationError(
            code: .invalidValue,
            key: key,
            expected: [Value.typeName, range].compactMap(\.self).joined(separator: ", ")
        )
    }
}

extension Setting where Value: Comparable {
    /// Creates a setting whose value lies between two bounds.
    package init(_ key: String, default defaultValue: Value, in range: ClosedRange<Value>, _ summary: String) {
        let words = "\(range.lowerBound.settingText) to \(range.upperBound.settingText)"
        self.init(key, default: defaultValue, range: words, summary) { range.contains($0) }
    }
}

/// How a key is written in the places where it can be set.
package enum SettingKey {
    /// The environment variable of a key: `database.poolMax` becomes `MNEME_DATABASE_POOL_MAX`.
    package static func environmentName(of key: String) -> String {
        var name = "MNEME_"
        var previous: Character = "."
        for character in key {
            if character == "." {
                name.append("_")
            } else {
                if character.isUppercase, previous.isLowercase { name.append("_") }
                name.append(contentsOf: character.uppercased())
            }
            previous = character
        }
        return name
    }
}
