/// Where the public keys of an identity provider come from: a JSON Web Key Set (RFC 7517), from a file or by HTTP.
public protocol KeySetSource: Sendable {
    /// The bytes of the set as it is now.
    ///
    /// A source bounds time and size itself, and never follows what a set or a token says.
    func keySet() async throws(KeySetSourceError) -> [UInt8]
}

/// Why a key set was not read.
///
/// Safe to log: it holds no URL, path or content.
public struct KeySetSourceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The file or host cannot be reached.
        case unreachable
        /// It answered with another status than 200.
        case refused
        /// There is more of it than a key set has.
        case tooLarge
    }

    /// The kind of failure.
    public let code: Code

    /// Makes an error.
    public init(_ code: Code) {
        self.code = code
    }

    /// Safe to log.
    public var description: String { "key set \(code.rawValue)" }
}
