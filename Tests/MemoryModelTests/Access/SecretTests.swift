import MemoryModel
import Testing

struct SecretTests {
    @Test func noWayToMakeTextOfASecretShowsIt() {
        let secret = Secret(text: "open sesame")
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(describing: secret), String(reflecting: secret), dumped] {
            #expect(!text.contains("sesame"))
            #expect(!text.contains("111"))
        }
        #expect(Array(Mirror(reflecting: secret).children).isEmpty)
    }

    @Test func secretsAreEqualWhereTheirBytesAre() {
        #expect(Secret([1, 2, 3]) == Secret([1, 2, 3]))
        #expect(Secret([1, 2, 3]) != Secret([1, 2, 4]))
        #expect(Secret([1, 2, 3]) != Secret([1, 2]))
        #expect(Secret([]) == Secret([]))
        #expect(Secret(text: "ab").count == 2)
        #expect(Secret(text: "ab").revealed == "ab")
        #expect(Set([Secret(text: "a"), Secret([97])]).count == 1)
    }
}
