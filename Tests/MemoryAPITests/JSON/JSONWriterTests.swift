import MemoryAPI
import MemoryModel
import Testing

struct JSONWriterTests {
    private func text(_ write: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        write(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func membersAndElementsAreSeparatedByCommas() {
        let text = text { writer in
            writer.object { writer in
                writer.member("a", "x")
                writer.key("b")
                writer.array { writer in
                    writer.integer(1)
                    writer.bool(true)
                    writer.null()
                    writer.object { _ in }
                }
                writer.key("c")
                writer.number(Float(0.1))
            }
        }
        #expect(text == #"{"a":"x","b":[1,true,null,{}],"c":0.1}"#)
    }

    @Test func controlsAndQuotesAreEscaped() {
        #expect(text { $0.string("\"\\\n\r\t\u{1}\u{7F}é😀") } == #""\"\\\n\r\t\u0001\u007fé😀""#)
    }

    @Test func numbersThatAreNotFiniteAreNull() {
        #expect(text { $0.number(Double.nan) } == "null")
        #expect(text { $0.number(Float.infinity) } == "null")
    }

    @Test func membersOfAValueComeInTheOrderOfTheirKeys() {
        #expect(
            text { $0.value(.object(["b": .integer(1), "a": .integer(2), "c": .null])) } == #"{"a":2,"b":1,"c":null}"#
        )
    }

    @Test func pointersEscapeTheirSteps() {
        #expect(JSONPointer([.key("a/b~c"), .index(3)]).description == "/a~1b~0c/3")
        #expect(JSONPointer(fieldPath: "items[3].scope.id").description == "/items/3/scope/id")
        #expect(JSONPointer(fieldPath: "content").description == "/content")
    }
}
