package import MemoryEngine
package import MemoryModel

/// One field of an object: its name, its shape, and where its value goes.
package struct Field<Root: Sendable>: Sendable {
    let name: String
    let isRequired: Bool
    let schema: Schema
    let textForm: TextForm
    let decode: @Sendable (JSONValue, inout Root, inout FieldProblems) -> Void

    private init<Value: Sendable, Stored>(
        _ name: String,
        isRequired: Bool,
        _ path: any WritableKeyPath<Root, Stored> & Sendable,
        _ shape: Shape<Value>,
        schema: Schema,
        onNull: @escaping @Sendable (inout Root) -> Bool,
        store: @escaping @Sendable (Value) -> Stored
    ) {
        self.name = name
        self.isRequired = isRequired
        self.schema = schema
        self.textForm = shape.textForm
        self.decode = { json, root, problems in
            if json == .null, onNull(&root) { return }
            guard let value = shape.decode(json, &problems) else { return }
            root[keyPath: path] = store(value)
        }
    }

    /// A field that must be there.
    package static func required<Value: Sendable>(
        _ name: String,
        _ path: any WritableKeyPath<Root, Value> & Sendable,
        _ shape: Shape<Value>
    ) -> Field {
        Field(name, isRequired: true, path, shape, schema: shape.schema, onNull: { _ in false }, store: { $0 })
    }

    /// A field that may be absent and then keeps its default.
    package static func defaulted<Value: Sendable>(
        _ name: String,
        _ path: any WritableKeyPath<Root, Value> & Sendable,
        _ shape: Shape<Value>
    ) -> Field {
        Field(name, isRequired: false, path, shape, schema: shape.schema, onNull: { _ in false }, store: { $0 })
    }

    /// A field that may be absent or null.
    package static func optional<Value: Sendable>(
        _ name: String,
        _ path: any WritableKeyPath<Root, Value?> & Sendable,
        _ shape: Shape<Value>
    ) -> Field {
        Field(name, isRequired: false, path, shape, schema: shape.schema.nullable, onNull: { _ in true }, store: { $0 })
    }

    /// A field of a patch: absent keeps, null empties, a value replaces.
    package static func change<Value: Sendable & Hashable>(
        _ name: String,
        _ path: any WritableKeyPath<Root, FieldChange<Value>> & Sendable,
        _ shape: Shape<Value>
    ) -> Field {
        Field(
            name,
            isRequired: false,
            path,
            shape,
            schema: shape.schema.nullable,
            onNull: {
                $0[keyPath: path] = .clear
                return true
            },
            store: { .set($0) }
        )
    }
}

/// An object: its fields, and rules over several of them.
///
/// Fields that are not named are refused.
package struct ObjectShape<Root: Sendable>: Sendable {
    /// The fields, in the order of the documentation.
    package let fields: [Field<Root>]
    private let name: String
    private let initial: Root
    private let byName: [String: Field<Root>]
    private let check: @Sendable (Root, inout FieldProblems) -> Void

    /// Makes a shape from a root that holds the defaults.
    ///
    /// `check` is called where every field by itself is right.
    package init(
        _ name: String,
        _ initial: Root,
        _ fields: [Field<Root>],
        check: @escaping @Sendable (Root, inout FieldProblems) -> Void = { _, _ in }
    ) {
        self.name = name
        self.initial = initial
        self.fields = fields
        self.byName = Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0) })
        self.check = check
    }

    /// The shape of a JSON object.
    package var shape: Shape<Root> {
        let schema = Schema.object(
            fields.map { ($0.name, $0.schema) },
            required: fields.filter(\.isRequired).map(\.name),
            closed: true
        )
        return Shape(schema.named(name)) { json, problems in
            guard case .object(let members) = json else { return problems.refuse("must be an object") }
            return self.decode(members, &problems)
        }
    }

    /// Reads the members of an object.
    package func decode(_ members: [String: JSONValue], _ problems: inout FieldProblems) -> Root? {
        let before = problems.found.count
        var root = initial
        for field in fields {
            if let json = members[field.name] {
                problems.inside(.key(field.name)) { field.decode(json, &root, &$0) }
            } else if field.isRequired {
                problems.add("is required", at: .key(field.name))
            }
        }
        for name in members.keys.sorted() where byName[name] == nil {
            problems.add("is not known", at: .key(name))
        }
        guard problems.found.count == before else { return nil }
        check(root, &problems)
        return problems.found.count == before ? root : nil
    }
}
