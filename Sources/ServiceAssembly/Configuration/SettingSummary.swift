package import Configuration

/// A setting as the documentation shows it.
package struct SettingSummary: Sendable {
    /// The key in the settings file.
    package let key: String

    /// The environment variable.
    package let environmentName: String

    /// What the operator has to write.
    package let typeName: String

    /// The value when nothing is set, if there is one.
    package let defaultText: String?

    /// What values are allowed, if not all.
    package let range: String?

    /// Whether it is kept out of logs, and can be read from a file named by a second key.
    package let isSecret: Bool

    /// What it sets.
    package let summary: String

    fileprivate let readText: @Sendable (ConfigReader) async throws(ConfigurationError) -> String?

    /// The setting with the value that is in effect.
    ///
    /// - Throws: ``ConfigurationError`` where the value cannot be used.
    package func effective(_ config: ConfigReader) async throws(ConfigurationError) -> EffectiveSetting {
        let text = try await readText(config)
        return EffectiveSetting(key: key, text: text, isDefault: text == defaultText)
    }

    /// Its row in the table of docs/configuration.md.
    package var markdown: String {
        let type = ([typeName, range].compactMap(\.self) + (isSecret ? ["secret"] : [])).joined(separator: "; ")
        return "| `\(key)` | `\(environmentName)` | \(type) | \(defaultText.map { "`\($0)`" } ?? "none") | \(summary) |"
    }
}

/// What is in effect for one key; a secret shows as a mask.
package struct EffectiveSetting: Sendable, Hashable, Encodable {
    /// The key in the settings file.
    package let key: String

    /// The value as the operator would write it, nil where there is none; of a secret a mask.
    package let text: String?

    /// Whether it is what it would be if nothing were set.
    package let isDefault: Bool

    /// Makes a row.
    package init(key: String, text: String?, isDefault: Bool) {
        self.key = key
        self.text = text
        self.isDefault = isDefault
    }
}

extension Setting {
    /// The setting as the documentation shows it.
    package var summaryRow: SettingSummary {
        SettingSummary(
            key: key,
            environmentName: SettingKey.environmentName(of: key),
            typeName: Value.typeName,
            defaultText: defaultValue?.settingText,
            range: range,
            isSecret: Value.isSecret,
            summary: summary,
            readText: { config async throws(ConfigurationError) in try await self.read(config)?.settingText }
        )
    }
}
