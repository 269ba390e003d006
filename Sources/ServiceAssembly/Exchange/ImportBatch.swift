internal import MemoryModel

/// Elements that wait to be written with one request, each with the line it came from.
struct ImportBatch {
    /// The most elements and bytes that wait: what one batch of the API takes, with room to spare.
    static let mostElements = 1000
    static let mostBytes = 1 << 20

    private(set) var elements: [JSONValue] = []
    private(set) var lines: [Int] = []
    /// The ids of the file.
    private(set) var names: [String] = []

    var isEmpty: Bool { elements.isEmpty }

    mutating func add(_ element: JSONValue, name: String, line: Int) {
        elements.append(element)
        names.append(name)
        lines.append(line)
    }

    /// The positions that an answer says were erased.
    static func erased(_ answer: JSONValue) -> [Int] {
        (answer["erased"].elements ?? []).compactMap { position in
            if case .integer(let number) = position { Int(number) } else { nil }
        }
    }

    /// The failure of a request with these elements, with the line of the element at fault.
    func failure(_ error: ServiceClientError, file: String) -> any Error {
        guard let problem = error.problem, (400..<500).contains(problem.status), let first = lines.first else {
            return error
        }
        // A pointer into a batch is /items/3/content.
        for field in problem.fields {
            let parts = field.name.split(separator: "/").map(String.init)
            guard parts.count >= 2, let index = Int(parts[1]), lines.indices.contains(index) else { continue }
            let name = parts.dropFirst(2).joined(separator: ".")
            return ExchangeError(
                .refused,
                file: file,
                line: lines[index],
                field: name.isEmpty ? nil : name,
                field.detail
            )
        }
        return ExchangeError(.refused, file: file, line: first, "\(error) (in the batch that begins here)")
    }
}

extension ServiceClientError {
    /// The same as the fault of one line, where the service refused what it says.
    func blaming(file: String, line: Int) -> any Error {
        guard let problem, (400..<500).contains(problem.status), problem.status != 401 else { return self }
        if let field = problem.fields.first {
            let name = field.name.split(separator: "/").joined(separator: ".")
            return ExchangeError(.refused, file: file, line: line, field: name, field.detail)
        }
        return ExchangeError(.refused, file: file, line: line, description)
    }
}
