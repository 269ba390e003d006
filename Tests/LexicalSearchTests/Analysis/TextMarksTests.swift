import LexicalSearch
import Testing

struct TextMarksTests {
    private func marks(_ text: String) throws -> TextMarks {
        try Analyzer().terms(of: DocumentFields(text: text)).marks
    }

    @Test(
        arguments: [
            ("How was it?", [.question]), ("我们什么时候开会？", [.question]), ("It was fine.", []),
            ("We leave next Tuesday", [.time, .name]), ("Seit gestern steht Wasser im Keller", [.time, .name, .names]),
            ("that was in 2019", [.time]), ("五月三日", [.time]), ("it is 20199", []),
            ("I met Dorothea there", [.name]), ("I met Dorothea and Jonas", [.name, .names]),
            ("Then. Dorothea left", []),
            ("the SQL is slow", []), ("", []),
        ] as [(String, TextMarks)]
    )
    func aTextIsRead(text: String, expected: TextMarks) throws {
        #expect(try marks(text) == expected)
    }

    @Test func marksAreFoundInTheIndexAndBroughtUpByNoQuery() throws {
        let analyzer = try Analyzer()
        let index = LexicalIndex(analyzerSignature: analyzer.signature)
        for (key, text) in ["Where is the boat?", "In the harbour since Monday", "\u{2}1 \u{2}2"].enumerated() {
            let place = SequencePlace(sequence: 1, position: Int64(key))
            index.insert(UInt64(key), try analyzer.terms(of: DocumentFields(text: text)), at: place)
        }
        let outlines = index.outlines(of: [1, 0, 9])
        #expect(outlines[0]?.marks == [.time, .name])
        #expect(outlines[0]?.before == 0)
        #expect(outlines[0]?.isAfterQuestion == true)
        #expect(outlines[1]?.marks == [.question])
        #expect(outlines[1]?.before == nil)
        #expect(outlines[2] == nil)
        let found = index.search(try analyzer.query("\u{2}1 \u{2}2 \u{2}3"), limit: 9)
        #expect(found.first?.key == 2)
        #expect(found.first?.score ?? 0 > found.dropFirst().first?.score ?? 0)
    }
}
