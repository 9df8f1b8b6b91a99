import Brokers
import NIOPosix
import Prefork
import Settings

/// Tries the event broker: connects, and declares what is published to.
enum BrokerProbe {
    static func probes(_ endpoints: Endpoints, sql: SQLChoice) throws(BootFailure) -> [Probe] {
        guard let settings = endpoints.eventBroker else { return [] }
        let make = try BrokerChoice.maker(settings, sql: sql)
        let advice = "start the broker, or correct 'event_broker' in the endpoints"
        return [
            Probe(part: "event_broker", place: make().name, advice: advice) {
                try await NIOThreadPool.singleton.runIfActive {
                    let broker = make()
                    defer { broker.close() }
                    try broker.connect()
                }
                return ""
            }
        ]
    }
}
