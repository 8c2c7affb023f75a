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
    input  wire [10*W_COUNT-1:0] y_step,
    input  wire [10*W_COUNT-1:0] x_step,
    input  wire [W_ADDR-1:0]     addr_origin,
    input  wire [W_COUNT-1:0]    y_origin,
    input  wire [W_COUNT-1:0]    x_origin,
    input  wire [W_COUNT-1:0]    in_height,
    input  wire [W_COUNT-1:0]    in_width,
    input  wire [W_ADDR-1:0]     weight_base,
    input  wire [W_ADDR-1:0]     weight_end,       // where weights are held: after the last word
    input  wire [W_ADDR-1:0]     pad_base,

    output wire                  tile_first,       // it is its tile's first
    output wire                  tile_last,
    output wire                  nest_last,        // ... and the layer's last
    output wire                  waits,            // its weights are not held yet
    output wire                  on_map,
    output wire                  word_read,        // with issue: an activation word is read, of the map or of padding
    output wire [W_ADDR-1:0]     word_addr,
    output wire                  weight_read,
    output reg  [W_ADDR-1:0]     weight_addr,
    output wire [W_ADDR-1:0]     pad_addr,

    output wire                  pushes,           // the weight word is pushed into the cells
    output wire                  swaps             // the weights that were pushed are held
);

localparam LEVELS = 10;
localparam TAPS   = 3;   // loops inside a tile
localparam GROUP  = 9;
localparam PASSES = 4;   // loops inside all tiles of a pixel: the same weights are read again for the next

// ---------------------------------------------------------------------------
// The nest

wire [LEVELS-1:0]  at_first, at_last, moves, steps;
wire [W_COUNT-1:0] channel, y_tap, x_tap;
wire [W_ADDR-1:0]  tap_addr;

nest_counter #(.LEVELS(LEVELS), .W_COUNT(W_COUNT)) nest_counter_u (
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

nest_value #(.LEVELS(LEVELS), .W(W_ADDR)) addr_u (
    .clk(clk), .start(start), .advance(issue), .moves(moves), .steps(steps),
    .origin(addr_origin), .step(addr_step), .value(tap_addr)
);
nest_value #(.LEVELS(LEVELS), .W(W_COUNT)) y_u (
    .clk(clk), .start(start), .advance(issue), .moves(moves), .steps(steps),
    .origin(y_origin), .step(y_step), .value(y_tap)
);
nest_value #(.LEVELS(LEVELS), .W(W_COUNT)) x_u (
    .clk(clk), .start(start), .advance(issue), .moves(moves), .steps(steps),
    .origin(x_origin), .step(x_step), .value(x_tap)
);

wire last_plane = &at_last[PASSES-1:0];
wire last_pixel = &at_last[LEVELS-3:0];   // with these filters

assign tile_first = &at_first[TAPS-1:0] & ~held;
assign tile_last  = &at_last[TAPS-1:0] & ~held;
assign nest_last  = &at_last;

// Rows above and columns left of the map are negative: large when unsigned.
assign on_map = y_tap < in_height & x_tap < in_width;

// One pad code for all channels, or one each.
reg  [W_ADDR-1:0] pad_group;   // the group's first channel
wire [W_ADDR-1:0] pad_channel = pad_group + {{W_ADDR-W_COUNT{1'b0}}, channel};
assign pad_addr = (pad_base & {W_ADDR{~pad_words}}) + (pad_channel & {W_ADDR{pad_per_channel & ~held}});

always @(posedge clk) begin
    if (start)
        pad_group <= {W_ADDR{1'b0}};
    else if (issue & steps[GROUP])
        pad_group <= pad_group + addr_step[GROUP*W_ADDR +: W_ADDR];
end

// A pixel walks its filters' weights; the next pixel starts over, unless it has other filters.
reg [W_ADDR-1:0] weight_tile;

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

wire unused = &{1'b0, at_first[LEVELS-1:TAPS]};

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
