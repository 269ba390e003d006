/// The parameters of a statement: types, and the binary values in one buffer.
package struct PostgresBinds: Sendable {
    /// Where a value lies in the buffer; `nil` is NULL.
    package private(set) var ranges: [Range<Int>?] = []
    package private(set) var types: [PostgresType] = []
    package private(set) var buffer = PostgresBindBuffer()

    package init() {}

    package var count: Int { types.count }

    package mutating func append<Value: PostgresEncodable>(_ value: Value) {
        types.append(Value.postgresType)
        guard !value.isPostgresNull else { return ranges.append(nil) }
        let start = buffer.bytes.count
        value.encode(into: &buffer)
        ranges.append(start..<buffer.bytes.count)
    }

    package mutating func append(_ other: PostgresBinds) {
        let offset = buffer.bytes.count
        types += other.types
        ranges += other.ranges.map { $0.map { $0.lowerBound + offset..<$0.upperBound + offset } }
        buffer.append(contentsOf: other.buffer.bytes)
    }
}
