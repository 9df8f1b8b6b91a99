import Glibc
import Testing

@testable import Operations

@Suite("What ends a training")
struct InterruptionTests {
    @Test("is every signal by which people and service managers end a program")
    func signals() {
        #expect(Set(Interruption.signals) == [SIGINT, SIGQUIT, SIGTERM, SIGHUP])
    }
}
