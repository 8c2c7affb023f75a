// SPDX-License-Identifier: Apache-2.0
// tap_scanner: walks a layer's loop nest ahead of the array and finds the taps
// that are issued: those that add something.
//
// With cells of minima a word of zeros adds nothing, neither to min(x, w) nor to
// x. Where a layer multiplies, neither does a word of weights of which no lane is
// in use; where it adds, such a tap counts for the sum of x. The nest is walked in runs, the iterations of loop 0, which are consecutive
// addresses; and a run in windows, the parts of it that share 16 aligned
// addresses and so a word of flags. A window's lanes are these addresses.
//
// Clock 0 of a window: where it lies; its flags are read, and those of its
// weights, which begin at any address. Clock 1: which lanes
// are taps to issue; if any is, the window enters the queue, from which one tap
// can leave in each clock from the next on. A tile's last tap is issued in any
// case if no other of its window is: it ends the tile. A window is walked in each
// clock in which the queue has room for it and for the one before it.

`default_nettype none

module tap_scanner #(
    parameter W_COUNT = 16,
    parameter W_ADDR  = 24
) (
    input  wire                  clk,
    input  wire                  rst,
    input  wire                  start,            // a layer begins: all below is of this layer
    input  wire                  issue,            // the tap enters; only if `ready`

    input  wire                  row_run,          // loop 0 moves along the map's row
    input  wire                  pads_zero,        // taps off the map are 0
    input  wire                  multiplies,       // taps of weights that are not in use are skipped
    input  wire                  pad_per_channel,
    input  wire [10*W_COUNT-1:0] limit,            // of the nest's loops, innermost first
    input  wire [9*W_ADDR-1:0]   addr_step,        // of loops 1 to 9
    input  wire [9*W_COUNT-1:0]  y_step,
    input  wire [9*W_COUNT-1:0]  x_step,
    input  wire [W_ADDR-1:0]     addr_origin,
    input  wire [W_COUNT-1:0]    y_origin,
    input  wire [W_COUNT-1:0]    x_origin,
    input  wire [W_COUNT-1:0]    in_height,
    input  wire [W_COUNT-1:0]    in_width,
    input  wire [W_ADDR-1:0]     weight_base,
    input  wire [W_ADDR-1:0]     pad_base,

    output wire                  flag_read,
    output wire [W_ADDR-5:0]     flag_block,
    input  wire [15:0]           flags,            // of the block, a clock later: the word is not 0
    output wire                  weight_flag_read,
    output wire [W_ADDR-1:0]     weight_flag_addr, // of lane 0, which may be before the first weight, even below 0
    input  wire [15:0]           weight_flags,     // of the lanes, a clock later: some lane of the word is in use

    // The tap that enters next.
    output wire                  ready,            // there is one
    output reg                   tile_first,       // it is its tile's first
    output wire                  tile_last,
    output wire                  nest_last,        // ... and the layer's last
    output wire [2:0]            tile_step,        // the loop that steps after the tile, see tile_walker
    output wire                  filters_last,     // its group's last tile of filters
    output wire                  on_map,
    output wire [W_ADDR-1:0]     word_addr,
    output wire [W_ADDR-1:0]     weight_addr,
    output wire [W_ADDR-1:0]     pad_addr
);

localparam LEVELS = 9;   // loops 1 to 9 of the layer: those around a run
localparam TAPS   = 2;   // of them inside a tile
localparam PASSES = 3;   // inside all tiles of a pixel: the same weights are read again for the next
localparam FILTER_TILE = 7, GROUP = 8;

localparam W_BLOCK  = W_ADDR - 4;
localparam W_WINDOW = W_COUNT - 3;   // bits of a window's index in its run
localparam W_ENTRY  = 16 + W_BLOCK + 2 * W_ADDR + 6;

localparam [2:0] QUEUE = 3'd4;

// ---------------------------------------------------------------------------
// Clock 0: the window

reg         scanning, scanned;   // windows are left; one was walked a clock ago
wire [2:0]  count;
wire        scan = scanning & count + {2'd0, scanned} < QUEUE;

wire [LEVELS-1:0]  at_first, at_last, moves, steps;
wire [W_COUNT-1:0] y, next_y, x, next_x;
wire [W_ADDR-1:0]  run_addr, next_addr;   // of the run's first tap

// Lanes counted on from lane 0 of the run's first window: the run's last tap, and this window's first lane.
reg  [W_WINDOW-1:0] window;
wire [W_COUNT:0]    run_last = {1'b0, limit[W_COUNT-1:0]} + {{W_COUNT-3{1'b0}}, run_addr[3:0]};
wire                run_ends = window == run_last[W_COUNT:4];
wire [3:0]          first    = window == {W_WINDOW{1'b0}} ? run_addr[3:0] : 4'd0;
wire [3:0]          last     = run_ends ? run_last[3:0] : 4'd15;

// Taps of the run before lane 0; negative in its first window.
wire [W_COUNT:0]    earlier   = {window, 4'd0} - {{W_COUNT-3{1'b0}}, run_addr[3:0]};

wire run_done = scan & run_ends;

nest_counter #(.LEVELS(LEVELS), .W_COUNT(W_COUNT)) nest_counter_u (
    .clk       (clk),
    .start     (start),
    .advance   (run_done),
    .limit     (limit[10*W_COUNT-1:W_COUNT]),
    .at_first  (at_first),
    .at_last   (at_last),
    .moves     (moves),
    .steps     (steps)
);

nest_value #(.LEVELS(LEVELS), .W(W_ADDR), .MOVING(9'b1_0111_1011)) addr_u (
    .clk(clk), .start(start), .advance(run_done), .moves(moves), .steps(steps),
    .origin(addr_origin), .step(addr_step), .value(run_addr), .next(next_addr)
);
nest_value #(.LEVELS(LEVELS), .W(W_COUNT), .MOVING(9'b0_0101_0010)) y_u (
    .clk(clk), .start(start), .advance(run_done), .moves(moves), .steps(steps),
    .origin(y_origin), .step(y_step), .value(y), .next(next_y)
);
nest_value #(.LEVELS(LEVELS), .W(W_COUNT), .MOVING(9'b0_0010_1001)) x_u (
    .clk(clk), .start(start), .advance(run_done), .moves(moves), .steps(steps),
    .origin(x_origin), .step(x_step), .value(x), .next(next_x)
);

wire unused_nest = &{1'b0, at_first, next_addr, next_y, next_x};

assign flag_read  = scan;
assign flag_block = run_addr[W_ADDR-1:4] + {{W_BLOCK-W_WINDOW{1'b0}}, window};

// Lanes on the map are those below map_end and not left of it: up to 16 lanes of a run may be. A run that does not
// move along the row is on the map or off it with all lanes. Rows above and columns left of the map are negative:
// large when unsigned.
wire [W_COUNT-1:0] x_0     = x + (earlier[W_COUNT-1:0] & {W_COUNT{row_run}});   // column of lane 0
wire               is_left = row_run & &x_0[W_COUNT-1:4];
wire [W_COUNT:0]   room    = {1'b0, in_width} - {is_left, x_0};                // columns from lane 0 to the map's end
wire               off     = y >= in_height | room[W_COUNT];
wire               all     = |room[W_COUNT-1:4] | (~row_run & |room[3:0]);
wire [4:0]         map_end = off ? 5'd0 : all ? 5'd16 : {1'b0, room[3:0]};

// A pixel walks its filters' weights; the next pixel starts over, unless it has other filters.
reg  [W_ADDR-1:0] weight, weight_tile;   // of the window's first tap, and of its tile's
wire [3:0]        others       = last - first;
wire [W_ADDR-1:0] weight_after = weight + {{W_ADDR-4{1'b0}}, others} + 1'b1;
wire [W_ADDR-1:0] weight_lane  = weight - {{W_ADDR-4{1'b0}}, first};   // of lane 0
wire              last_plane   = run_ends & &at_last[PASSES-1:0];
wire              last_pixel   = run_ends & &at_last[LEVELS-3:0];   // with these filters

assign weight_flag_read = scan & multiplies;
assign weight_flag_addr = weight_lane;

// One pad code for all channels, or one each.
reg  [W_ADDR-1:0] pad_group;   // the group's first channel
wire [W_ADDR-1:0] pad_lane = pad_group + {{W_ADDR-W_COUNT-1{earlier[W_COUNT]}}, earlier};

always @(posedge clk) begin
    if (scan) begin
        window      <= run_ends ? {W_WINDOW{1'b0}} : window + 1'b1;
        weight      <= last_plane & ~last_pixel ? weight_tile : weight_after;
        weight_tile <= last_pixel ? weight_after : weight_tile;
    end
    if (run_done & steps[GROUP])
        pad_group <= pad_group + addr_step[GROUP*W_ADDR +: W_ADDR];
    if (run_done & &at_last)
        scanning <= 1'b0;
    if (start) begin
        scanning    <= 1'b1;
        window      <= {W_WINDOW{1'b0}};
        weight      <= weight_base;
        weight_tile <= weight_base;
        pad_group   <= {W_ADDR{1'b0}};
    end
    scanned <= scan & ~rst;
    if (rst)
        scanning <= 1'b0;
end

// ---------------------------------------------------------------------------
// Clock 1: its taps

wire [6:0]        outer_steps = steps[LEVELS-1:TAPS];
reg [3:0]         first_1, last_1, x_1;
reg               tile_last_1, nest_last_1, filters_last_1, is_left_1;
reg [2:0]         tile_step_1;
reg [4:0]         map_end_1;
reg [W_BLOCK-1:0] block_1;
reg [W_ADDR-1:0]  weight_1, pad_1;   // of lane 0

always @(posedge clk) begin
    if (scan) begin
        first_1     <= first;
        last_1      <= last;
        x_1         <= x_0[3:0];
        tile_last_1 <= run_ends & &at_last[TAPS-1:0];
        nest_last_1 <= run_ends & &at_last;
        tile_step_1 <= ~{|outer_steps[3:0], |(outer_steps & 7'b011_0011), |(outer_steps & 7'b101_0101)};
        filters_last_1 <= at_last[FILTER_TILE];
        is_left_1   <= is_left;
        map_end_1   <= map_end;
        block_1     <= flag_block;
        weight_1    <= weight_lane;
        pad_1       <= pad_base + (pad_lane & {W_ADDR{pad_per_channel}});
    end
end

reg [15:0] on, taps;   // lanes that are on the map, that add something
integer    l;

always @* begin
    for (l = 0; l < 16; l = l + 1) begin
        on[l]   = l[4:0] < map_end_1 & (~is_left_1 | l[4:0] + {1'b0, x_1} > 5'd15);
        taps[l] = l[3:0] >= first_1 & l[3:0] <= last_1 & (on[l] ? flags[l] : ~pads_zero) & (weight_flags[l] | ~multiplies);
    end
end

wire none = taps == 16'd0;
wire push = scanned & (~none | tile_last_1);

// ---------------------------------------------------------------------------
// Issue

wire [3:0]         lane;
wire               highest, in_tile_last, in_nest_last;
wire [15:0]        lanes_on;
wire [W_BLOCK-1:0] block;
wire [W_ADDR-1:0]  weight_0, pad_0;

tap_queue #(.W(W_ENTRY)) queue_u (
    .clk     (clk),
    .rst     (rst),
    .push    (push),
    .in_taps (none ? 16'd1 << last_1 : taps),
    .in      ({nest_last_1, tile_last_1, tile_step_1, filters_last_1, pad_1, weight_1, block_1, on}),
    .pop     (issue),
    .count   (count),
    .ready   (ready),
    .lane    (lane),
    .highest (highest),
    .out     ({in_nest_last, in_tile_last, tile_step, filters_last, pad_0, weight_0, block, lanes_on})
);

assign tile_last   = highest & in_tile_last;
assign nest_last   = highest & in_nest_last;
assign on_map      = lanes_on[lane];
assign word_addr   = {block, lane};
assign weight_addr = weight_0 + {{W_ADDR-4{1'b0}}, lane};
assign pad_addr    = pad_0 + {{W_ADDR-4{1'b0}}, lane & {4{pad_per_channel}}};

always @(posedge clk)
    if (start | issue)
        tile_first <= start | tile_last;

endmodule

`default_nettype wire
