/// The roles that the service's processes log in as.
public enum DatabaseLogin: String, Sendable, Hashable, CaseIterable {
    /// Requests: bound by row-level security.
    case app = "mneme_app"
    /// Jobs: bound by row-level security, one workspace at a time.
    case worker = "mneme_worker"
    /// Indexes: reads the feed's tables alone.
    case indexer = "mneme_indexer"

    /// The role's name.
    public var roleName: String { rawValue }
}

/// A libpq connection string or URI, with parts of it replaced.
public struct DatabaseAddress: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What libpq is given.
    ///
    /// It may hold a password: never log it.
    public let connectionString: String

    /// Wraps a connection string (`host=… dbname=…`) or URI (`postgresql://…`).
    public init(_ connectionString: String) {
        self.connectionString = connectionString
    }

    /// A mask: the string may hold a password.
    public var description: String { "<database address>" }

    /// A mask.
    public var debugDescription: String { description }

    /// A mirror that shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// The same server, with another database, user or password.
    ///
    /// In both forms what comes later replaces what came before (PostgreSQL documentation, section 34.1.1).
    public func replacing(database: String? = nil, user: String? = nil, password: String? = nil) -> DatabaseAddress {
        let parts = [("dbname", database), ("user", user), ("password", password)]
            .compactMap { name, value in value.map { (name, $0) } }
        guard !parts.isEmpty else { return self }
        if connectionString.hasPrefix("postgresql://") || connectionString.hasPrefix("postgres://") {
            let query = parts.map { "\($0)=\(Self.percentEncoded($1))" }.joined(separator: "&")
            return DatabaseAddress(connectionString + (connectionString.contains("?") ? "&" : "?") + query)
        }
        let words = parts.map { "\($0)=\(Self.quoted($1))" }.joined(separator: " ")
        return DatabaseAddress(connectionString + " " + words)
    }

    private static func quoted(_ value: String) -> String {
        var text = "'"
        for character in value {
            if character == "'" || character == "\\" { text.append("\\") }
            text.append(character)
        }
        return text + "'"
    }

    private static func percentEncoded(_ value: String) -> String {
        let digits = Array("0123456789ABCDEF")
        var text = ""
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                text.unicodeScalars.append(UnicodeScalar(byte))
            default:
                text += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 0xF)])"
            }
        }
        return text
    }
}
