// SPDX-License-Identifier: Apache-2.0
// What tap_scanner keeps to for ever, from a reset on, whatever the nest, the map and the flags are. Put into the module;
// queue_u says of each place of the queue whether a window waits there, and whether it ends a tile or the nest.

wire [3:0] waits, tile_ends, nest_ends;   // by age, the oldest first
wire       in_order;
reg        seen;                          // a reset was: false at first
reg        begun;                         // a layer has begun, and its last tap has not been issued
reg [2:0]  tiles;                         // whose last window was walked, and whose last tap has not been issued

wire walks_end = scan & run_ends & &at_last[TAPS-1:0];

always @(posedge clk) begin
    seen  <= seen | rst;
    begun <= ~rst & (start | (begun & ~(issue & nest_last)));
    tiles <= rst | start ? 3'd0 : tiles + {2'd0, walks_end} - {2'd0, issue & tile_last};

    // The sequencer starts a layer when the one before has ended, and issues taps that are there.
    assume (seen | rst);
    assume (~start | ~begun);
    assume (~issue | ready);

    if (seen) begin
        // 1. The queue has room for what is pushed, and a window that is pushed has taps.
        assert (~push | count < 3'd4);
        assert (~push | none | taps != 16'd0);
        assert ({1'b0, count} + {3'd0, scanned} <= 4'd4);
        assert (in_order);
        // 2. Each tile whose last window was walked has one last tap that is issued.
        assert (tiles == {2'd0, scanned & tile_last_1} + {2'd0, waits[0] & tile_ends[0]} + {2'd0, waits[1] & tile_ends[1]}
            + {2'd0, waits[2] & tile_ends[2]} + {2'd0, waits[3] & tile_ends[3]});
        // 3. The layer's last tap is that of its last window, and the last tap at all.
        assert (~(scanning | scanned | count != 3'd0) | begun);
        assert (~(scanned & nest_last_1) | (~scanning & tile_last_1));
        assert ((waits & nest_ends & ~tile_ends) == 4'd0);
        assert ((waits & nest_ends) == 4'd0 | (~scanning & ~scanned));
        assert ((waits & nest_ends & {1'b0, waits[3:1]}) == 4'd0);
        assert (~begun | scanning | (scanned & nest_last_1) | (waits & nest_ends) != 4'd0);
        assert (~begun | count + {2'd0, scanned} != 3'd0 | scanning);
    end
end
