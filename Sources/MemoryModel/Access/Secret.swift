/// Bytes that must not be printed, logged or compared in variable time: a password, a key, a pepper.
///
/// They come out through `withBytes` or `revealed` alone; every way of turning a value into text shows a mask.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What is shown instead of a secret.
    public static let mask = "<secret>"

    private let bytes: [UInt8]

    /// Wraps secret bytes.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Wraps the UTF-8 of a secret text.
    public init(text: String) {
        self.bytes = Array(text.utf8)
    }

    /// How many bytes there are.
    public var count: Int { bytes.count }

    /// The secret as text, for the one place that needs it; not to be kept.
    public var revealed: String { String(decoding: bytes, as: UTF8.self) }

    /// Lends the bytes; they are not to be kept.
    public func withBytes<Value, Failure: Error>(_ body: ([UInt8]) throws(Failure) -> Value) throws(Failure) -> Value {
        try body(bytes)
    }

    /// A mask.
    public var description: String { Self.mask }

    /// A mask.
    public var debugDescription: String { Self.mask }

    /// A mirror that shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// Compares in a time that depends on the lengths alone.
    public static func == (lhs: Secret, rhs: Secret) -> Bool {
        guard lhs.bytes.count == rhs.bytes.count else { return false }
        var difference: UInt8 = 0
        for index in lhs.bytes.indices {
            difference |= lhs.bytes[index] ^ rhs.bytes[index]
        }
        return difference == 0
    }
}
