// SPDX-License-Identifier: Apache-2.0
// tap_walker: walks a layer's loop nest, one tap with each `issue`.
//
// Outputs are of the tap that enters next. Where weights are held (STATIONARY,
// and the layer says so), `pushes` and `swaps` hand weights to the cells, which
// taps wait for, and padding codes of channels are words of the buffer that is
// read.

`default_nettype none

module tap_walker #(
    parameter W_COUNT    = 16,
    parameter W_ADDR     = 24,
    parameter W_WEIGHT   = 24,   // bits of a weight's address
    parameter W_SIDE     = 16,   // bits of a row or column
    parameter W_FILTERS  = 16,   // bits of a count of tiles of filters, and of groups
    parameter STATIONARY = 0,    // 1: weights can be held
    parameter LANES      = 16    // channels and filters of a word then
) (
    input  wire                  clk,
    input  wire                  rst,
    input  wire                  start,            // a layer begins: all below is of this layer
    input  wire                  issue,

    input  wire                  held,
    input  wire                  pad_per_channel,
    input  wire [10*W_COUNT-1:0] limit,            // of the nest's loops, innermost first
    input  wire [10*W_ADDR-1:0]  addr_step,
    input  wire [10*W_SIDE-1:0]  y_step,
    input  wire [10*W_SIDE-1:0]  x_step,
    input  wire [W_ADDR-1:0]     addr_origin,
    input  wire [W_SIDE-1:0]     y_origin,
    input  wire [W_SIDE-1:0]     x_origin,
    input  wire [W_SIDE-1:0]     in_height,
    input  wire [W_SIDE-1:0]     in_width,
    input  wire [W_WEIGHT-1:0]   weight_base,
    input  wire [W_WEIGHT-1:0]   weight_end,       // where weights are held: after the last word
    input  wire [W_ADDR-1:0]     pad_base,

    output reg                   tile_first,       // it is its tile's first, where weights are not held
    output wire                  tile_last,
    output wire                  nest_last,        // ... and the layer's last
    output wire [2:0]            tile_step,        // the loop that steps after the tile, see tile_walker
    output wire                  filters_last,     // its group's last tile of filters
    output wire                  waits,            // its weights are not held yet
    output wire                  on_map,
    output wire                  word_read,        // with issue: an activation word is read, of the map or of padding
    output wire [W_ADDR-1:0]     word_addr,
    output wire                  weight_read,
    output reg  [W_WEIGHT-1:0]   weight_addr,
    output wire [W_ADDR-1:0]     pad_addr,

    output wire                  pushes,           // the weight word is pushed into the cells
    output wire                  swaps             // the weights that were pushed are held
);

localparam LEVELS = 10;
localparam TAPS   = 3;   // loops inside a tile
localparam FILTER_TILE = 8, GROUP = 9;
localparam PASSES = 4;   // loops inside all tiles of a pixel: the same weights are read again for the next

// Loops that may move the tap, its row and its column; where weights can be held loops have two orders.
localparam [LEVELS-1:0] ADDR_MOVING = STATIONARY != 0 ? 10'h3FF : 10'b10_1111_0111;
localparam [LEVELS-1:0] Y_MOVING    = STATIONARY != 0 ? 10'h3FF : 10'b00_1010_0100;
localparam [LEVELS-1:0] X_MOVING    = STATIONARY != 0 ? 10'h3FF : 10'b00_0101_0011;

// Bits of counters: 40 planes at most, as many as a total has bits, and pooling windows of 16x16 at most.
localparam [7:0] W_ANY = W_COUNT[7:0], W_XY = W_SIDE[7:0], W_OUTER = W_FILTERS < W_COUNT ? W_FILTERS[7:0] : W_COUNT[7:0];
localparam [8*LEVELS-1:0] WIDTHS =
    STATIONARY != 0 ? {LEVELS{W_ANY}} : {W_OUTER, W_OUTER, W_XY, W_XY, 8'd4, 8'd4, 8'd6, W_XY, W_XY, W_ANY};

// ---------------------------------------------------------------------------
// The nest

wire [LEVELS-1:0]  at_first, at_last, moves, steps;
wire [W_COUNT-1:0] channel;
wire [W_SIDE-1:0]  y_tap, next_y, x_tap, next_x;
wire [W_ADDR-1:0]  tap_addr, next_addr;

nest_counter #(.LEVELS(LEVELS), .W_COUNT(W_COUNT), .WIDTHS(WIDTHS)) nest_counter_u (
    .clk       (clk),
    .start     (start),
    .advance   (issue),
    .limit     (limit),
    .innermost (channel),
    .at_first  (at_first),
    .at_last   (at_last),
    .moves     (moves),
    .steps     (steps)
);

nest_value #(.LEVELS(LEVELS), .W(W_ADDR), .MOVING(ADDR_MOVING)) addr_u (
    .clk(clk), .start(start), .advance(issue), .moves(moves), .steps(steps),
    .origin(addr_origin), .step(addr_step), .value(tap_addr), .next(next_addr)
);
nest_value #(.LEVELS(LEVELS), .W(W_SIDE), .MOVING(Y_MOVING)) y_u (
    .clk(clk), .start(start), .advance(issue), .moves(moves), .steps(steps),
    .origin(y_origin), .step(y_step), .value(y_tap), .next(next_y)
);
nest_value #(.LEVELS(LEVELS), .W(W_SIDE), .MOVING(X_MOVING)) x_u (
    .clk(clk), .start(start), .advance(issue), .moves(moves), .steps(steps),
    .origin(x_origin), .step(x_step), .value(x_tap), .next(next_x)
);

wire last_plane = &at_last[PASSES-1:0];
wire last_pixel = &at_last[LEVELS-3:0];   // with these filters

assign tile_last  = &at_last[TAPS-1:0] & ~held;
assign nest_last  = &at_last;

wire [6:0] outer_steps = steps[LEVELS-1:TAPS];

assign tile_step    = ~{|outer_steps[3:0], |(outer_steps & 7'b011_0011), |(outer_steps & 7'b101_0101)};
assign filters_last = at_last[FILTER_TILE];

always @(posedge clk)
    if (start | issue)
        tile_first <= ~held & (start | tile_last);

// Rows above and columns left of the map are negative: large when unsigned.
assign on_map = y_tap < in_height & x_tap < in_width;

// One pad code for all channels, or one each.
reg  [W_ADDR-1:0] pad_group;   // the group's first channel
wire [W_ADDR+W_COUNT-1:0] wide_channel = {{W_ADDR{1'b0}}, channel};
wire [W_ADDR-1:0] pad_channel = pad_group + wide_channel[W_ADDR-1:0];
assign pad_addr = (pad_base & {W_ADDR{~pad_words}}) + (pad_channel & {W_ADDR{pad_per_channel & ~held}});

always @(posedge clk) begin
    if (start)
        pad_group <= {W_ADDR{1'b0}};
    else if (issue & steps[GROUP])
        pad_group <= pad_group + addr_step[GROUP*W_ADDR +: W_ADDR];
end

// A pixel walks its filters' weights; the next pixel starts over, unless it has other filters.
reg [W_WEIGHT-1:0] weight_tile;

always @(posedge clk) begin
    if (weight_read) begin
        weight_addr <= ~held & last_plane & ~last_pixel ? weight_tile : weight_addr + 1'b1;
        if (last_pixel)
            weight_tile <= weight_addr + 1'b1;
    end
    if (start) begin
        weight_addr <= weight_base;
        weight_tile <= weight_base;
    end
end

wire unused = &{1'b0, at_first, next_addr, next_y, next_x, wide_channel[W_ADDR+W_COUNT-1:W_ADDR]};

// ---------------------------------------------------------------------------
// Held weights: when they are pushed, and the words of padding codes

localparam PIXELS = 4;   // loops of the pixels of a fold

wire pad_words;

generate if (STATIONARY != 0) begin : gen_stationary
    wire             loaded;
    reg [W_ADDR-1:0] block;   // of channels, in its group

    always @(posedge clk) begin
        if (start)
            block <= {W_ADDR{1'b0}};
        else if (issue & moves[PIXELS])
            block <= at_last[PIXELS] ? {W_ADDR{1'b0}} : block + 1'b1;
    end

    assign pad_words = held & pad_per_channel;
    assign word_read = issue & (on_map | pad_words);
    assign word_addr = on_map | ~pad_words ? tap_addr : pad_base + pad_group + block;

    assign weight_read = held ? pushes : issue;
    assign waits       = held & ~loaded;

    stationary_pusher #(.LANES(LANES)) pusher_u (
        .clk        (clk),
        .rst        (rst),
        .start      (start & held),
        .more       (weight_addr != weight_end),
        .fold_last  (&at_last[PIXELS-1:0]),
        .issue      (issue),
        .push       (pushes),
        .swap       (swaps),
        .loaded     (loaded)
    );
end else begin : gen_moving
    assign pad_words   = 1'b0;
    assign word_read   = issue & on_map;
    assign word_addr   = tap_addr;
    assign weight_read = issue;
    assign waits       = 1'b0;
    assign pushes      = 1'b0;
    assign swaps       = 1'b0;
    wire unused_held = &{1'b0, rst, weight_end};
end endgenerate

endmodule

`default_nettype wire
