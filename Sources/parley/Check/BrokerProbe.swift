import Brokers
import NIOPosix
import Prefork
import Settings

/// Tries the event broker: connects, and declares what is published to.
enum BrokerProbe {
    static func probes(_ endpoints: Endpoints, sql: SQLChoice) -> [Probe] {
        guard let settings = endpoints.eventBroker else { return [] }
        do throws(BootFailure) {
            return [probe(try BrokerChoice.maker(settings, sql: sql))]
        } catch {
            return [Probe(part: "event_broker", place: "at \(settings.place)", advice: "") { throw error }]
        }
    }

    private static func probe(_ make: @escaping @Sendable () -> any EventBroker) -> Probe {
        Probe(
            part: "event_broker", place: make().name,
            advice: "start the broker, or correct 'event_broker' in the endpoints"
        ) {
            try await NIOThreadPool.singleton.runIfActive {
                let broker = make()
                defer { broker.close() }
                try broker.connect()
            }
            return ""
        }
    }
}
