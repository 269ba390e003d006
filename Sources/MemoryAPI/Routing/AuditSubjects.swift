import MemoryModel

/// What a write was done to: the ids in its path, and those of what it made.
enum AuditSubjects {
    /// Subjects as `item:<id>`.
    ///
    /// Ids in an answer are found as bytes, because a batch's answer is long. Every noun begins with its id, and nothing
    /// but a noun does: inside of strings, quotes are escaped.
    static func of(_ call: Call, _ reply: Reply) -> [String] {
        var subjects: [String] = []
        for (name, value) in call.pathValues.sorted(by: { $0.key < $1.key }) {
            guard let id = Identifier<AuditEntry>(value) else { continue }
            subjects.append("\(name.hasSuffix("_id") ? String(name.dropLast(3)) : name):\(id)")
        }
        let known = Set(subjects.map { $0.drop { $0 != ":" }.dropFirst() })
        let noun = noun(ofRoute: call.route)
        for id in ids(in: reply.body) where !known.contains(id[...]) { subjects.append("\(noun):\(id)") }
        return subjects
    }

    /// What a route makes: `item` for `POST /v1/items/batch`.
    private static func noun(ofRoute route: String) -> String {
        let words = route.split(separator: "/").dropFirst(2).filter { !$0.hasPrefix("{") && $0 != "batch" }
        let last = words.last.map(String.init) ?? "id"
        return last.hasSuffix("s") ? String(last.dropLast()) : last
    }

    private static func ids(in body: [UInt8]) -> [String] {
        let name = Array("{\"id\":\"".utf8)
        var ids: [String] = []
        var start = 0
        while start + name.count + 37 <= body.count {
            guard body[start] == name[0], body[start..<(start + name.count)].elementsEqual(name) else {
                start += 1
                continue
            }
            let value = body[(start + name.count)..<(start + name.count + 36)]
            let text = String(decoding: value, as: UTF8.self)
            if let id = Identifier<AuditEntry>(text) { ids.append(id.description) }
            start += name.count
        }
        return ids
    }
}
