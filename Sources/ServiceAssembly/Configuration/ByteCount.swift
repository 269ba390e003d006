package import Configuration

/// A number of bytes, as an operator writes it: `256M`.
package struct ByteCount: SettingValue, Hashable, Comparable {
    /// How many bytes.
    package let value: Int

    /// Makes a size.
    package init(_ value: Int) { self.value = value }

    /// Reads a whole number and a unit, of which each is 1,024 of the one before.
    package init?(settingText text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text[digits.endIndex...]
        // Nine digits of terabytes stay far from overflow.
        guard let number = Int(digits), digits.count <= 9,
            let place = unit.isEmpty ? 0 : Self.units.firstIndex(of: String(unit)).map({ $0 + 1 })
        else { return nil }
        value = number << (10 * place)
    }

    private static let units = ["K", "M", "G", "T"]

    package static func < (left: ByteCount, right: ByteCount) -> Bool { left.value < right.value }

    package static var typeName: String { "a size such as 64K, 256M or 2G" }

    package static func fetch(_ config: ConfigReader, _ key: ConfigKey) async throws -> ByteCount? {
        guard let text = try await String.fetch(config, key) else { return nil }
        guard let size = ByteCount(settingText: text) else { throw SettingSyntaxError() }
        return size
    }

    package var settingText: String {
        var rest = value
        var place = 0
        while place < Self.units.count, rest != 0, rest & 1_023 == 0 {
            rest >>= 10
            place += 1
        }
        return place == 0 ? String(rest) : "\(rest)\(Self.units[place - 1])"
    }
}
