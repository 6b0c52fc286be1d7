import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.net.InetSocketAddress;
import java.util.List;

/** An emulator of MongoDB in memory, on a free port of 127.0.0.1: prints its address and ends with its standard input. */
public class EmulatorMain {
  /** The driver takes no server older than wire version 9 (MongoDB 4.4); by itself the emulator announces 8. */
  private static final MongoVersion ANNOUNCED =
      new MongoVersion() {
        @Override
        public List<Integer> getVersionArray() {
          return List.of(4, 4, 0);
        }

        @Override
        public int getWireVersion() {
          return 9;
        }
      };

  public static void main(String[] arguments) throws Exception {
    MemoryBackend memory = new MemoryBackend();
    memory.version(ANNOUNCED);
    MongoServer server = new MongoServer(memory);
    server.bind(new InetSocketAddress("127.0.0.1", 0));
    System.out.println("READY mongodb://127.0.0.1:" + server.getLocalAddress().getPort());
    while (System.in.read() >= 0) continue;
    server.shutdownNow();
  }
}
