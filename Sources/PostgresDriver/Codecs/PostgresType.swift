/// The object identifier of a Postgres type, as parameters and columns carry it.
public struct PostgresType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The OID in `pg_type`.
    public let rawValue: UInt32

    /// Any type by its OID.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Left to the server to infer; the bytes are then read in the format of what it infers.
    public static let unspecified = PostgresType(rawValue: 0)
    /// `bool`.
    public static let bool = PostgresType(rawValue: 16)
    /// `bytea`.
    public static let bytea = PostgresType(rawValue: 17)
    /// `name`.
    public static let name = PostgresType(rawValue: 19)
    /// `int8`, 64 bits.
    public static let int8 = PostgresType(rawValue: 20)
    /// `int2`, 16 bits.
    public static let int2 = PostgresType(rawValue: 21)
    /// `int4`, 32 bits.
    public static let int4 = PostgresType(rawValue: 23)
    /// `text`.
    public static let text = PostgresType(rawValue: 25)
    /// `json`.
    public static let json = PostgresType(rawValue: 114)
    /// `float4`, 32 bits.
    public static let float4 = PostgresType(rawValue: 700)
    /// `float8`, 64 bits.
    public static let float8 = PostgresType(rawValue: 701)
    /// `char(n)`.
    public static let bpchar = PostgresType(rawValue: 1_042)
    /// `varchar`.
    public static let varchar = PostgresType(rawValue: 1_043)
    /// `date`.
    public static let date = PostgresType(rawValue: 1_082)
    /// `timestamp with time zone`.
    public static let timestamptz = PostgresType(rawValue: 1_184)
    /// `uuid`.
    public static let uuid = PostgresType(rawValue: 2_950)
    /// `jsonb`.
    public static let jsonb = PostgresType(rawValue: 3_802)
    /// `bool[]`.
    public static let boolArray = PostgresType(rawValue: 1_000)
    /// `bytea[]`.
    public static let byteaArray = PostgresType(rawValue: 1_001)
    /// `int2[]`.
    public static let int2Array = PostgresType(rawValue: 1_005)
    /// `int4[]`.
    public static let int4Array = PostgresType(rawValue: 1_007)
    /// `text[]`.
    public static let textArray = PostgresType(rawValue: 1_009)
    /// `int8[]`.
    public static let int8Array = PostgresType(rawValue: 1_016)
    /// `float4[]`.
    public static let float4Array = PostgresType(rawValue: 1_021)
    /// `float8[]`.
    public static let float8Array = PostgresType(rawValue: 1_022)
    /// `timestamptz[]`.
    public static let timestamptzArray = PostgresType(rawValue: 1_185)
    /// `date[]`.
    public static let dateArray = PostgresType(rawValue: 1_182)
    /// `uuid[]`.
    public static let uuidArray = PostgresType(rawValue: 2_951)
    /// `jsonb[]`.
    public static let jsonbArray = PostgresType(rawValue: 3_807)

    /// `oid=` and the number: `pg_type` tells the name.
    public var description: String { "oid=\(rawValue)" }

    // Types whose binary form is not their text. Enums and domains over text have OIDs of the database's own and
    // are text on the wire, so text is accepted from every type that is not known to be something else.
    private static let notText: Set<PostgresType> = [
        .bool, .bytea, .int8, .int2, .int4, .float4, .float8, .date, .timestamptz, .uuid, .jsonb, .boolArray,
        .byteaArray, .int2Array, .int4Array, .textArray, .int8Array, .float4Array, .float8Array, .timestamptzArray,
        .dateArray, .uuidArray, .jsonbArray,
        PostgresType(rawValue: 26),  // oid
        PostgresType(rawValue: 1_083),  // time
        PostgresType(rawValue: 1_114),  // timestamp
        PostgresType(rawValue: 1_186),  // interval
        PostgresType(rawValue: 1_700),  // numeric
        PostgresType(rawValue: 3_614),  // tsvector
        PostgresType(rawValue: 5_069),  // xid8
    ]

    /// Whether the binary form of this type is its text.
    package var isTextual: Bool { !Self.notText.contains(self) }
}
